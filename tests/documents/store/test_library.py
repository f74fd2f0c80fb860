import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.document import Document
from documents.errors import LibraryError
from documents.store.library import Library
from documents.store.schema import MIGRATIONS
from tests.support.builders import make_document, make_passages
from tests.support.encoders import HashingEncoder


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library.db") as opened:
        yield opened


def put(library: Library, document: Document) -> Document:
    library.add(document, make_passages(document))
    return document


def statuses(library: Library) -> dict[str | None, str]:
    return {entry.document.number: entry.document.status for entry in library.entries()}


def test_what_is_added_is_read_back_equal(tmp_path: Path) -> None:
    document = replace(
        make_document("Điều 1. Một\nĐiều 2. Hai", replaces=("24-QĐ/TW", "05-HD/TW")),
        page_starts=(0, 12),
        secrecy="lưu hành nội bộ",
    )
    passages = make_passages(document)
    with Library(tmp_path / "library.db") as library:
        library.add(document, passages)
    with Library(tmp_path / "library.db") as library:
        assert library.documents() == (document,)
        assert library.document(document.document_id) == document
        assert library.passages_of(document.document_id) == passages
        assert library.passage(passages[1].passage_id) == passages[1]
        assert library.passages_at(library.passage_keys().tolist()) == passages


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1),
    number=st.none() | st.text(st.characters(exclude_categories=["Cs", "Cc"])),
    issued_on=st.none() | st.dates(),
    page_starts=st.lists(st.integers(0, 10**6)).map(tuple),
)
def test_save_and_load_is_the_identity(
    library: Library,
    text: str,
    number: str | None,
    issued_on: date | None,
    page_starts: tuple[int, ...],
) -> None:
    document = replace(
        make_document(text, number=number, issued_on=issued_on), page_starts=page_starts
    )
    library.add(document, make_passages(document))
    assert library.document(document.document_id) == document
    assert library.passages_of(document.document_id) == make_passages(document)
    assert library.remove(document.document_id)


def test_every_change_raises_the_generation_by_one(library: Library) -> None:
    assert library.generation == 0
    old = put(library, make_document())
    assert library.generation == 1
    new = make_document("Điều 1. Bản đã sửa.")
    library.replace(old.document_id, new, make_passages(new))
    assert library.generation == 2
    library.remove(new.document_id)
    assert library.generation == 3
    assert not library.remove(new.document_id)
    assert library.generation == 3


def test_keys_are_ascending_and_never_given_again(library: Library) -> None:
    first = put(library, make_document("một\nhai\nba"))
    before = library.passage_keys()
    library.remove(first.document_id)
    put(library, first)
    after = library.passage_keys()
    assert (np.diff(after) > 0).all()
    assert after.min() > before.max()


def test_passages_come_in_the_order_of_the_keys_asked_for(library: Library) -> None:
    document = put(library, make_document("một\nhai\nba"))
    keys = library.passage_keys()[::-1]
    assert library.passages_at(keys) == make_passages(document)[::-1]
    assert library.indexed_texts(keys)[0].endswith("ba")
    assert library.passages_at([]) == ()


def test_asking_for_a_removed_passage_is_an_error(library: Library) -> None:
    document = put(library, make_document())
    keys = library.passage_keys()
    library.remove(document.document_id)
    with pytest.raises(LibraryError, match="không còn trong thư viện"):
        library.passages_at(keys)


def test_a_failed_change_leaves_nothing_behind(library: Library) -> None:
    document = make_document("một\nhai")
    one, _two = make_passages(document)
    with pytest.raises(LibraryError):
        library.add(document, (one, one))
    assert library.documents() == ()
    assert library.generation == 0
    assert len(library.passage_keys()) == 0


@pytest.mark.parametrize(
    "reference",
    ["03-NQ/TU", "nq 03 tu", "03nq/tu", "3 – NQ / TU", "NQ03-TU", "Nghị quyết số 03-NQ/TU"],
)
def test_a_number_is_found_in_any_spelling(library: Library, reference: str) -> None:
    document = put(library, make_document())
    put(library, make_document(number="04-NQ/TU"))
    assert library.find(reference) == (document,)


def test_a_number_with_another_year_or_organ_is_not_found(library: Library) -> None:
    put(library, make_document(number="115/2020/NĐ-CP"))
    assert library.find("115/2021/NĐ-CP") == ()
    assert library.find("115/2020/QĐ-CP") == ()
    assert library.find("115/2020/nd-cp") == library.documents()


def test_a_document_is_found_by_id_and_by_every_file_name_it_came_under(library: Library) -> None:
    document = put(library, make_document(number=None))
    library.remember_name(document.document_id, "Bản sao.txt")
    library.remember_name(document.document_id, "Bản sao.txt")
    for reference in (document.document_id, document.source, "ban sao.txt"):
        assert library.find(reference) == (document,)
    assert library.find("khác.txt") == ()
    assert library.find("") == ()


def test_a_new_version_takes_the_place_and_the_old_one_is_kept_without_passages(
    library: Library,
) -> None:
    old = put(library, make_document())
    new = make_document("Điều 1. Bản đã sửa.")
    assert library.versions_of(new) == (old,)
    library.replace(old.document_id, new, make_passages(new))
    assert library.documents() == (new,)
    assert library.find("03-NQ/TU") == (new,)
    assert library.passages_of(old.document_id) == ()
    assert library.document(old.document_id) == replace(old, status="superseded")
    assert library.older_versions(new.document_id) == (replace(old, status="superseded"),)


def test_an_old_version_can_be_brought_back(library: Library) -> None:
    old = put(library, make_document())
    new = make_document("Điều 1. Bản đã sửa.")
    library.replace(old.document_id, new, make_passages(new))
    library.replace(new.document_id, old, make_passages(old))
    assert library.documents() == (old,)
    assert library.passages_of(old.document_id) == make_passages(old)
    assert library.older_versions(old.document_id) == (replace(new, status="superseded"),)


def test_removing_a_document_removes_its_older_versions(library: Library) -> None:
    versions = [make_document(f"Bản {place}") for place in range(3)]
    put(library, versions[0])
    for old, new in zip(versions, versions[1:], strict=False):
        library.replace(old.document_id, new, make_passages(new))
    assert len(library.older_versions(versions[2].document_id)) == 2
    library.remove(versions[2].document_id)
    assert list(library.entries()) == []


def test_the_order_of_arrival_does_not_decide_who_is_replaced(tmp_path: Path) -> None:
    oldest = make_document(number="24-QĐ/TW", issuer="Bộ Chính trị", issued_on=date(2016, 1, 1))
    middle = make_document(
        number="24-QĐ/TW", issued_on=date(2021, 7, 30), issuer=None, replaces=("30-QĐ/TW",)
    )
    newest = make_document(
        number="294-QĐ/TW", issued_on=date(2025, 5, 26), issuer="BCHTW", replaces=("24 - qđ/tw",)
    )
    results = []
    for place, order in enumerate(permutations((oldest, middle, newest))):
        with Library(tmp_path / f"{place}.db") as library:
            for document in order:
                put(library, document)
            results.append(
                {
                    document.document_id: (
                        document.status,
                        {one.document_id for one in library.replaced_by(document.document_id)},
                    )
                    for document in library.documents()
                }
            )
            library.remove(newest.document_id)
            assert {document.status for document in library.documents()} == {"current"}
    assert results[0] == {
        oldest.document_id: ("replaced", {newest.document_id}),
        middle.document_id: ("replaced", {newest.document_id}),
        newest.document_id: ("current", set()),
    }
    assert all(result == results[0] for result in results)


def test_a_replaced_document_stays_searchable(library: Library) -> None:
    older = put(library, make_document(number="02-NQ/TU"))
    put(library, make_document(replaces=("02-NQ/TU",)))
    assert statuses(library) == {"02-NQ/TU": "replaced", "03-NQ/TU": "current"}
    assert library.passages_of(older.document_id) == make_passages(older)


def test_a_province_does_not_replace_the_resolution_of_another(library: Library) -> None:
    put(library, make_document(number="02-NQ/TU", issuer="Tỉnh ủy Gia Lai"))
    put(library, make_document(issuer="Ban Thường vụ Tỉnh ủy Kon Tum", replaces=("02-NQ/TU",)))
    assert statuses(library)["02-NQ/TU"] == "current"


def test_nothing_is_replaced_by_what_came_before_it(library: Library) -> None:
    put(library, make_document(number="02-NQ/TU", issued_on=date(2025, 1, 1)))
    put(library, make_document(issued_on=date(2021, 1, 1), replaces=("02-NQ/TU",)))
    assert statuses(library)["02-NQ/TU"] == "current"


def test_a_superseded_version_replaces_nothing_any_more(library: Library) -> None:
    put(library, make_document(number="02-NQ/TU"))
    old = put(library, make_document(replaces=("02-NQ/TU",)))
    new = make_document("Bản đính chính, không thay thế văn bản nào.")
    library.replace(old.document_id, new, make_passages(new))
    assert statuses(library)["02-NQ/TU"] == "current"


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (make_document(salt="2"), True),
        (make_document(salt="2", number="3 - nq/tu", issuer="TỈNH UỶ KON TUM"), True),
        (make_document(salt="2", issuer=None, kind=None, issued_on=None), True),
        (make_document(salt="2", issuer="Tỉnh ủy Gia Lai"), False),
        (make_document(salt="2", kind="Chỉ thị"), False),
        (make_document(salt="2", issued_on=date(2016, 3, 1)), False),
        (make_document(salt="2", number="04-NQ/TU"), False),
        (make_document(salt="2", number=None), False),
    ],
)
def test_versions_agree_in_number_kind_issuer_and_date(
    library: Library, other: Document, same: bool
) -> None:
    document = put(library, make_document())
    assert library.versions_of(other) == ((document,) if same else ())


def test_documents_of_the_same_text_know_each_other(library: Library) -> None:
    one = put(library, make_document(number=None))
    two = make_document(number=None, salt="2")
    assert library.with_same_text(two) == (one,)
    assert library.with_same_text(one) == ()


def test_vectors_come_back_as_they_were_stored(library: Library) -> None:
    document = put(library, make_document("một\nhai\nba"))
    encoder = HashingEncoder()
    keys = library.passage_keys()
    texts = library.indexed_texts(keys)
    assert library.lacking_vectors("m", texts) == texts
    with pytest.raises(LibraryError, match="3 đoạn chưa được mã hóa"):
        library.vectors("m", keys)
    vectors = encoder.encode_passages(texts)
    library.store_vectors("m", texts[:2], vectors[:2])
    assert library.lacking_vectors("m", texts) == texts[2:]
    library.store_vectors("m", texts, vectors)
    assert library.lacking_vectors("m", texts) == ()
    assert library.lacking_vectors("another model", texts) == texts
    assert np.array_equal(library.vectors("m", keys[::-1]), vectors[::-1])
    assert library.vectors_of("another model", document.document_id) == (None, None, None)
    assert library.orphan_vectors() == 0
    library.store_vectors("m", ("văn bản khác",), vectors[:1])
    assert library.orphan_vectors() == 1
    library.remove(document.document_id)
    assert library.lacking_vectors("m", (*texts, "văn bản khác")) == texts
    assert library.prune_vectors() == 1
    assert library.orphan_vectors() == 0


def test_a_vector_stays_while_any_passage_has_its_text(library: Library) -> None:
    one, two = (make_document("một\nhai", salt=salt, number=None) for salt in "ab")
    put(library, one)
    put(library, two)
    texts = library.indexed_texts(library.passage_keys())
    library.store_vectors("m", texts[:2], np.eye(2, 4, dtype=np.float32))
    assert library.lacking_documents("m") == frozenset()
    assert library.lacking_documents("n") == {one.document_id, two.document_id}
    library.remove(one.document_id)
    assert library.lacking_documents("m") == frozenset()
    new = make_document("ba", number=None)
    library.replace(two.document_id, new, make_passages(new))
    assert library.lacking_documents("m") == {new.document_id}
    assert library.lacking_vectors("m", texts[:2]) == texts[:2]


@pytest.mark.parametrize(
    "vectors", [np.zeros((1, 4)), np.zeros(2), np.array([[np.nan, 1.0], [1.0, 0.0]])]
)
def test_vectors_that_do_not_fit_the_texts_are_refused(
    library: Library, vectors: np.ndarray
) -> None:
    with pytest.raises(ValueError, match="2 texts"):
        library.store_vectors("m", ("một", "hai"), vectors.astype(np.float32))
    assert library.lacking_vectors("m", ("một", "hai")) == ("một", "hai")


def test_many_keys_are_read_in_one_call(library: Library) -> None:
    put(library, make_document("\n".join(f"dòng {place}" for place in range(5000))))
    keys = library.passage_keys()
    assert [passage.text for passage in library.passages_at(keys)][4999] == "dòng 4999"
    texts = library.indexed_texts(keys)
    library.store_vectors("m", texts, np.eye(5000, 8, dtype=np.float32) + 1)
    assert library.vectors("m", keys).shape == (5000, 8)


def in_thread(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_threads_read_while_another_process_writes(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    seen: list[tuple[int, int]] = []
    done = threading.Event()
    with Library(path) as bot, Library(path) as script:

        def ask() -> None:
            while not done.is_set():
                with bot.reading():
                    seen.append((bot.generation, len(bot.documents())))

        threads = [in_thread(ask) for _ in range(3)]
        for place in range(20):
            put(script, make_document(f"Văn bản {place}", number=f"{place}-NQ/TU"))
        done.set()
        for thread in threads:
            thread.join()
        assert bot.generation == 20
    assert all(generation == count for generation, count in seen)


def test_a_reading_block_shows_one_generation(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    with Library(path) as bot, Library(path) as script:
        with bot.reading():
            assert bot.generation == 0
            put(script, make_document())
            assert bot.generation == 0
            assert bot.documents() == ()
        assert bot.generation == 1


def test_threads_that_ended_keep_no_connection(library: Library) -> None:
    for _ in range(20):
        in_thread(lambda: library.documents()).join()
    assert len(library._database._open) <= 3


def test_several_processes_may_create_the_library_at_once(tmp_path: Path) -> None:
    faults: list[Exception] = []

    def create() -> None:
        try:
            Library(tmp_path / "library.db").close()
        except LibraryError as error:
            faults.append(error)

    threads = [in_thread(create) for _ in range(16)]
    for thread in threads:
        thread.join()
    assert faults == []


def test_the_file_is_in_wal_mode_with_its_schema_version(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    Library(path).close()
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    finally:
        connection.close()


def test_a_library_of_a_newer_release_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    Library(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(LibraryError, match="hãy nâng cấp"):
        Library(path)


def test_a_file_that_is_no_database_is_named_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    path.write_text("không phải cơ sở dữ liệu " * 100)
    with pytest.raises(LibraryError, match=r"library\.db: tệp đã hỏng .* sao lưu"):
        Library(path)


def test_a_file_in_the_place_of_the_data_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(LibraryError, match="--data"):
        Library(tmp_path / "data" / "library.db")


def test_a_full_disk_is_said_in_one_line_and_changes_nothing(tmp_path: Path) -> None:
    with Library(tmp_path / "library.db") as library:
        put(library, make_document())
        pages = library._database.rows("PRAGMA page_count")[0][0]
        library._database.rows(f"PRAGMA max_page_count = {pages + 2}")
        large = make_document("chữ " * 100_000, number=None)
        with pytest.raises(LibraryError, match="ổ đĩa đã hết chỗ"):
            library.add(large, make_passages(large))
        assert library.generation == 1
        assert library.document(large.document_id) is None
        assert library.faults() == ()


def test_damage_inside_the_file_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    with Library(path) as library:
        put(library, make_document())
        assert library.faults() == ()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE passages SET document_id = 'không có'")
    connection.commit()
    connection.close()
    with Library(path) as library:
        assert any("bảng passages" in fault for fault in library.faults())


def test_several_documents_added_together_are_one_generation(library: Library) -> None:
    added = [make_document(f"Bài {place}", number=None) for place in range(3)]
    library.add_all([(document, make_passages(document)) for document in added])
    assert {document.document_id for document in library.documents()} == {
        document.document_id for document in added
    }
    assert library.generation == 1
