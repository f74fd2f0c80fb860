"""The index that machines share, in a real PostgreSQL: it shows one state of one library."""

import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from documents.document import Document
from documents.splitting.passages import indexed_text
from documents.store.encoder_models import Model
from documents.store.library import Library
from index.errors import SnapshotError
from index.postgres import legs
from index.postgres.open import open_shared
from index.snapshot.snapshot import Snapshot, is_current
from index.snapshot.verify import verify
from index.tokens import tokens
from retrieval.answer import Answer, Reply
from retrieval.pipeline import Searcher
from tests.support.builders import long_articles, make_document, make_passages, resolution_text
from tests.support.encoders import HashingEncoder
from tests.support.sample_library import ARTICLE, DIRECTIVE, DOCUMENTS, shelve

pytest.importorskip("psycopg")

from index.postgres import writing  # noqa: E402  # needs psycopg
from index.postgres.connection import MOST_TERMS  # noqa: E402
from index.postgres.index import Shared, Standing  # noqa: E402

QUESTIONS = (
    "Giấy mời gửi trước mấy ngày làm việc?",
    "Đảng viên đi dưới 03 tháng báo cáo chi bộ trước bao nhiêu ngày?",
    "muc tieu ty le thon truong la dang vien la bao nhieu",
    "Quy định 15-QĐ/TU quy định gì?",
)
TERMS = ("dang", "vien", "dang_vien", "chi", "bo", "khong_co_dau")


@pytest.fixture(scope="module")
def shared(postgres: str) -> Iterator[Shared]:
    opened = open_shared(postgres)
    assert opened is not None
    yield opened
    opened.database.close()


@pytest.fixture
def encoder() -> HashingEncoder:
    return HashingEncoder(256)


@pytest.fixture
def library(tmp_path: Path, encoder: HashingEncoder) -> Library:
    library = Library(tmp_path / "library.db")
    shelve(library, encoder, DOCUMENTS)
    return library


def many(count: int = 30) -> tuple[Document, ...]:
    return tuple(
        make_document(
            resolution_text(f"{place}-NQ/TU", articles=long_articles(2, salt=f"bản {place}")),
            number=f"{place}-NQ/TU",
            title=f"Nghị quyết thứ {place}",
        )
        for place in range(1, count + 1)
    )


def opened(library: Library, encoder: HashingEncoder, shared: Shared | None) -> Snapshot:
    root = library.path.parent / ("files" if shared is None else "index")
    return Snapshot.open(root, library, encoder.fingerprint, encoder.dimension, shared=shared)


def faults(library: Library, encoder: HashingEncoder, shared: Shared) -> tuple[str, ...]:
    root = library.path.parent / "index"
    return verify(root, library, encoder.fingerprint, encoder.dimension, shared)


def copied(library: Library, name: str) -> Library:
    """Copy a library with its index folder, as another machine has them."""
    library.close()
    shutil.copytree(library.path.parent, library.path.parent.parent / name)
    return Library(library.path.parent.parent / name / library.path.name)


def shown(reply: Reply) -> tuple[object, ...]:
    assert isinstance(reply, Answer)
    return reply.text, reply.derivation, reply.citations


def test_both_legs_find_what_the_files_find(
    tmp_path: Path, encoder: HashingEncoder, shared: Shared
) -> None:
    library = Library(tmp_path / "data" / "library.db")
    shelve(library, encoder, (*DOCUMENTS, *many()))
    files, ours = opened(library, encoder, None), opened(library, encoder, shared)
    assert np.array_equal(files.dense.keys(), ours.dense.keys())
    assert np.array_equal(files.sparse.keys(), ours.sparse.keys())
    assert [ours.sparse.idf(one) for one in TERMS] == [files.sparse.idf(one) for one in TERMS]
    assert np.allclose(ours.dense.vectors([3, 1]), files.dense.vectors([3, 1]), atol=1e-3)
    for question in QUESTIONS:
        vector = encoder.encode_queries([question])[0]
        _keys, expected = files.dense.search(vector, 20)
        _keys, scores = ours.dense.search(vector, 20)
        assert np.allclose(scores, expected, atol=2e-3)
        _keys, expected = files.sparse.search(tokens(question), 20)
        _keys, scores = ours.sparse.search(tokens(question), 20)
        assert np.allclose(scores, expected, rtol=1e-4)
    assert faults(library, encoder, shared) == ()


def test_answers_are_those_of_the_files(
    library: Library, encoder: HashingEncoder, shared: Shared
) -> None:
    files = Searcher.open(library.path.parent / "files", library, encoder, 0.0)
    ours = Searcher.open(library.path.parent, library, encoder, 0.0, shared=shared)
    assert ours.snapshot().shared is shared
    for question in QUESTIONS:
        one, other = files.ask(question), ours.ask(question)
        assert shown(one.reply) == shown(other.reply)
        assert [hit.passage for hit in one.hits] == [hit.passage for hit in other.hits]


def test_what_changed_is_put_in_without_building_anew(
    tmp_path: Path, encoder: HashingEncoder, shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library(tmp_path / "data" / "library.db")
    shelve(library, encoder, (*DOCUMENTS, *many()))
    opened(library, encoder, shared)
    monkeypatch.setattr(writing.Writing, "build", lambda _: pytest.fail("built anew"))
    encoded = len(encoder.encoded)
    gone = library.keys_of([ARTICLE.document_id])
    text = library.indexed_texts(gone.tolist())[0]
    library.remove(ARTICLE.document_id)
    shelve(library, encoder, [make_document("Văn phòng trực lễ.", number="78-QĐ/TU")])
    snapshot = opened(library, encoder, shared)
    assert np.array_equal(snapshot.dense.keys(), library.passage_keys())
    assert snapshot.sparse.search(("truc_le",), 5)[0].tolist() == [library.passage_keys()[-1]]
    vector = encoder.encode_queries([text])[0]
    found = (*snapshot.dense.search(vector, 99)[0], *snapshot.sparse.search(tokens(text), 99)[0])
    assert set(gone.tolist()).isdisjoint(found)
    fresh = opened(library, encoder, None)
    assert [snapshot.sparse.idf(one) for one in TERMS] == [fresh.sparse.idf(one) for one in TERMS]
    assert len(encoder.encoded) == encoded + 1
    assert snapshot.lexicon.singles == fresh.lexicon.singles
    assert faults(library, encoder, shared) == ()


def test_a_question_sees_one_state_though_another_bot_follows_meanwhile(
    library: Library, encoder: HashingEncoder, shared: Shared
) -> None:
    reader = opened(library, encoder, shared)
    vector = encoder.encode_queries(["thôn trưởng là đảng viên"])[0]
    other = Library(library.path)
    with library.reading(), reader.showing(library) as is_so:
        assert is_so
        before = reader.dense.search(vector, 99)[0].tolist()
        other.remove(ARTICLE.document_id)
        follower = threading.Thread(target=lambda: opened(other, encoder, shared))
        follower.start()
        follower.join(0.5)  # a schema that is built anew waits for its readers
        assert reader.dense.search(vector, 99)[0].tolist() == before
        assert len(reader.sparse.search(("thon_truong",), 9)[0]) == 1
    follower.join()
    other.close()
    now = opened(library, encoder, shared)
    assert len(now.sparse.search(("thon_truong",), 9)[0]) == 0


def test_a_copy_that_is_behind_shows_nothing_removed_and_nothing_it_does_not_have(
    tmp_path: Path, encoder: HashingEncoder, shared: Shared
) -> None:
    library = Library(tmp_path / "data" / "library.db")
    shelve(library, encoder, (*DOCUMENTS, *many()))
    opened(library, encoder, shared)
    behind = copied(library, "behind")
    library = Library(library.path)
    library.remove(ARTICLE.document_id)
    shelve(library, encoder, [make_document("Văn phòng trực lễ.", number="78-QĐ/TU")])
    ahead = opened(library, encoder, shared)
    searcher = Searcher.open(behind.path.parent, behind, encoder, 0.0, shared=shared)
    assert shared.standing(behind, encoder.fingerprint)[0] is Standing.AHEAD
    shown = {hit.passage.document_id for one in QUESTIONS for hit in searcher.ask(one).hits}
    assert shown
    assert ARTICLE.document_id not in shown
    assert len(searcher.snapshot().sparse.search(("truc_le",), 5)[0]) == 0
    assert len(ahead.sparse.search(("truc_le",), 5)[0]) == 1
    assert np.array_equal(ahead.dense.keys(), library.passage_keys())  # it was not built back
    behind.close()


def test_another_history_is_refused_unless_it_is_later(
    tmp_path: Path, encoder: HashingEncoder, shared: Shared
) -> None:
    library = Library(tmp_path / "data" / "library.db")
    shelve(library, encoder, DOCUMENTS)
    opened(library, encoder, shared)
    other = copied(library, "other")
    library = Library(library.path)
    for place, one in enumerate((library, other)):
        shelve(one, encoder, [make_document(f"Chi bộ số {place} họp.", number=f"7{place}-QĐ/TU")])
    opened(library, encoder, shared)
    with pytest.raises(SnapshotError, match=r"python -m scripts\.migrate"):
        opened(other, encoder, shared)
    (fault,) = faults(library, encoder, shared) or ("",)
    assert fault == ""
    other.go_on_after(library.generation)  # as a restored library does
    snapshot = opened(other, encoder, shared)
    assert len(snapshot.sparse.search(("so_1",), 5)[0]) == 1
    assert len(snapshot.sparse.search(("so_0",), 5)[0]) == 0
    other.close()


def test_a_build_that_was_ended_goes_on_where_it_was(
    library: Library, encoder: HashingEncoder, shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "_CHUNK", 2)
    model, dimension = encoder.fingerprint, encoder.dimension
    put: list[int] = []

    def interrupted(done: int, _total: int) -> None:
        put.append(done)
        if len(put) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shared.follow(library, model, dimension, told=interrupted)
    assert shared.standing(library, model)[0] is Standing.MISSING
    shared.follow(library, model, dimension, told=interrupted)
    assert put == [2, 4, 5]
    opened(library, encoder, shared)
    assert faults(library, encoder, shared) == ()


def test_who_needs_nothing_does_not_wait_for_who_builds_anew(
    library: Library, encoder: HashingEncoder, shared: Shared
) -> None:
    opened(library, encoder, shared)
    (schema,) = shared.schemas(library)
    found: list[int] = []
    with shared.database.alone(schema):
        starting = threading.Thread(
            target=lambda: found.append(len(opened(library, encoder, shared).dense))
        )
        starting.start()
        starting.join(10)
        assert found == [len(library.passage_keys())]


def test_each_model_and_library_has_its_own_and_left_ones_are_swept(
    library: Library, encoder: HashingEncoder, shared: Shared, tmp_path: Path
) -> None:
    library.use_model(Model("", encoder.fingerprint, encoder.dimension))
    opened(library, encoder, shared)
    other = HashingEncoder(32, name="another")
    with pytest.raises(SnapshotError, match=r"another-32.*python -m scripts\.rebuild"):
        opened(library, other, shared)
    texts = library.indexed_texts(library.passage_keys().tolist())
    library.store_vectors(other.fingerprint, texts, other.encode_passages(texts))
    assert opened(library, other, shared).dense.dimension == 32
    assert opened(library, encoder, shared).dense.dimension == 256
    assert len(shared.schemas(library)) == 2
    library.use_model(Model("x", other.fingerprint, other.dimension))
    opened(library, other, shared)
    assert len(shared.schemas(library)) == 1
    with Library(tmp_path / "second" / "library.db") as second:
        shelve(second, encoder, [DIRECTIVE])
        assert len(opened(second, encoder, shared).sparse) < len(
            opened(library, other, shared).sparse
        )


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        ("DELETE FROM passages WHERE key = 1", "không khớp các đoạn"),
        ("UPDATE terms SET passages = passages + 1 WHERE number = 1", "số đếm từ khóa"),
        (
            "UPDATE passages SET vector = (SELECT vector FROM passages WHERE key = 1)",
            "không khớp các vectơ",
        ),
        ("DELETE FROM state", "chưa có dữ liệu"),
    ],
)
def test_damage_is_named_and_mended(
    library: Library, encoder: HashingEncoder, shared: Shared, damage: str, named: str
) -> None:
    opened(library, encoder, shared)
    (schema,) = shared.schemas(library)
    with shared.database.writing(schema) as statements:
        statements.run(damage)
    (fault,) = faults(library, encoder, shared)
    assert named in fault
    root = library.path.parent / "index"
    Snapshot.open(root, library, encoder.fingerprint, encoder.dimension, anew=True, shared=shared)
    assert faults(library, encoder, shared) == ()


def test_the_schema_that_is_gone_is_built_by_the_next_question(
    library: Library, encoder: HashingEncoder, shared: Shared
) -> None:
    searcher = Searcher.open(library.path.parent, library, encoder, 0.0, shared=shared)
    before = searcher.ask(QUESTIONS[0]).reply
    (schema,) = shared.schemas(library)
    shared.drop(schema)
    folder = library.path.parent / "index"
    assert not is_current(folder, library, encoder.fingerprint, shared)
    assert searcher.ask(QUESTIONS[0]).reply == before


def test_what_another_version_of_the_software_wrote_is_built_anew(
    library: Library, encoder: HashingEncoder, shared: Shared
) -> None:
    opened(library, encoder, shared)
    (schema,) = shared.schemas(library)
    with shared.database.writing(schema) as statements:
        statements.run("UPDATE state SET tokenizer = 'another'")
        statements.run("DELETE FROM terms")
    assert not shared.is_current(library, encoder.fingerprint)
    snapshot = opened(library, encoder, shared)
    assert len(snapshot.sparse.search(("giay_moi",), 5)[0]) == 1
    assert faults(library, encoder, shared) == ()


def test_connections_that_the_server_ended_are_opened_anew(
    library: Library, encoder: HashingEncoder, shared: Shared
) -> None:
    searcher = Searcher.open(library.path.parent, library, encoder, 0.0, shared=shared)
    before = searcher.ask(QUESTIONS[0]).reply
    with shared.database.reading("public") as statements:
        statements.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    assert searcher.ask(QUESTIONS[0]).reply == before


def test_search_within_keys_is_the_same_along_the_graph(
    tmp_path: Path, encoder: HashingEncoder, shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library(tmp_path / "library.db")
    shelve(library, encoder, many(40))
    snapshot = opened(library, encoder, shared)
    within, without = library.passage_keys()[::3], library.passage_keys()[::2]
    vector, words = encoder.encode_queries(["triển khai nhiệm vụ"])[0], tokens("cấp ủy bản 7")
    limits = ((within, None), (within, without), (None, without))
    dense, sparse = snapshot.dense, snapshot.sparse
    exact = [(dense.search(vector, 10, *one), sparse.search(words, 10, *one)) for one in limits]
    monkeypatch.setattr(legs, "EXACT_WITHIN", 0)
    along = [(dense.search(vector, 10, *one), sparse.search(words, 10, *one)) for one in limits]
    for (only, left_out), one, other in zip(limits, exact, along, strict=True):
        for leg in (0, 1):
            keys = set(one[leg][0].tolist())
            assert keys
            assert only is None or keys <= set(only.tolist())
            assert left_out is None or keys.isdisjoint(left_out.tolist())
            assert np.allclose(one[leg][1], other[leg][1])


def test_a_passage_of_more_terms_than_the_index_takes_is_found(
    tmp_path: Path, encoder: HashingEncoder, shared: Shared
) -> None:
    words = [f"từ{number}" for number in range(1500)]
    document = make_document(f"Danh mục {' '.join(words)} hết danh mục")
    with Library(tmp_path / "library.db") as library:
        (passage,) = make_passages(document)
        text = indexed_text(document.title, passage)
        rows = encoder.encode_passages([text])
        library.store_vectors(encoder.fingerprint, [text], rows)
        library.add(document, [passage])
        assert len(set(tokens(text))) > MOST_TERMS
        snapshot = opened(library, encoder, shared)
        assert len(snapshot.sparse.search(("danh_muc",), 5)[0]) == 1  # it stands there twice
        assert snapshot.sparse.idf("tu1499") == snapshot.sparse.idf("danh_muc")
        assert faults(library, encoder, shared) == ()


def test_an_empty_library_has_an_empty_index(
    tmp_path: Path, encoder: HashingEncoder, shared: Shared
) -> None:
    with Library(tmp_path / "library.db") as library:
        snapshot = opened(library, encoder, shared)
        assert len(snapshot.dense) == len(snapshot.sparse) == 0
        assert snapshot.sparse.search(("chi", "bo"), 5)[0].tolist() == []
        shelve(library, encoder, [DIRECTIVE])
        assert len(opened(library, encoder, shared).sparse.search(("giay_moi",), 5)[0]) == 1


def test_two_openings_at_once_agree(
    tmp_path: Path, encoder: HashingEncoder, shared: Shared, postgres: str
) -> None:
    """As two machines do, each with its copy of the library and its own connections."""
    library = Library(tmp_path / "data" / "library.db")
    shelve(library, encoder, many(20))
    other = copied(library, "other")
    library = Library(library.path)
    second = open_shared(postgres)
    assert second is not None
    with closing(second.database), closing(other), closing(library):
        found: list[list[int]] = []

        def work(one: Library, index: Shared) -> None:
            found.append(opened(one, encoder, index).dense.keys().tolist())

        threads = [
            threading.Thread(target=work, args=pair)
            for pair in ((library, shared), (other, second))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [library.passage_keys().tolist()] * 2
        assert len(shared.schemas(library)) == 1


def test_an_address_that_does_not_answer_is_one_line_without_its_password() -> None:
    with pytest.raises(SnapshotError) as caught:
        open_shared("postgresql://bot:bimat@127.0.0.1:9/tracuu")
    assert str(caught.value).startswith(
        "Không kết nối được cơ sở dữ liệu chỉ mục 127.0.0.1:9/tracuu; hãy kiểm tra TRACUU_INDEX"
    )
    assert "bimat" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_package_is_one_line_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "index.postgres.connection", raising=False)
    monkeypatch.delitem(sys.modules, "index.postgres.index", raising=False)
    with pytest.raises(SnapshotError, match=r"psycopg.*pip install -e '\.\[postgres\]'"):
        open_shared("postgresql://db/tracuu")


def test_no_address_means_files() -> None:
    assert open_shared(None) is None
    assert open_shared("") is None
