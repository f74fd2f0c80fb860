import hashlib
import json
import resource
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from documents.store.library import Library
from index.errors import SnapshotError
from index.legs.dense import DenseIndex
from index.snapshot import build
from index.snapshot.snapshot import Snapshot, is_current
from index.snapshot.verify import verify
from index.tokens import tokens
from tests.support.builders import make_document
from tests.support.encoders import HashingEncoder
from tests.support.sample_library import ARTICLE, DIRECTIVE, DOCUMENTS, OLDER, REGULATION, shelve

TERMS = ("dang", "vien", "dang_vien", "chi", "bo")


@pytest.fixture
def encoder() -> HashingEncoder:
    return HashingEncoder()


@pytest.fixture
def library(tmp_path: Path, encoder: HashingEncoder) -> Library:
    library = Library(tmp_path / "library.db")
    shelve(library, encoder, DOCUMENTS)
    return library


def opened(library: Library, encoder: HashingEncoder) -> Snapshot:
    return Snapshot.open(index_of(library), library, encoder.fingerprint, encoder.dimension)


def index_of(library: Library) -> Path:
    return library.path.parent / "index"


def one_fault(library: Library, encoder: HashingEncoder) -> str:
    (fault,) = verify(index_of(library), library, encoder.fingerprint, encoder.dimension)
    assert "\n" not in fault
    return fault


def found(snapshot: Snapshot, encoder: HashingEncoder) -> tuple[list[int], list[int]]:
    vector = encoder.encode_queries(["đảng viên đi làm việc xa"])[0]
    dense, _cosines = snapshot.dense.search(vector, 5)
    sparse, _scores = snapshot.sparse.search(TERMS, 5)
    return dense.tolist(), sparse.tolist()


def test_reopened_snapshot_finds_the_same(library: Library, encoder: HashingEncoder) -> None:
    first = opened(library, encoder)
    again = opened(library, encoder)
    assert again.folder == first.folder
    assert found(again, encoder) == found(first, encoder)
    assert verify(first.folder.parent, library, encoder.fingerprint, encoder.dimension) == ()


def test_changes_are_caught_up_without_encoding(library: Library, encoder: HashingEncoder) -> None:
    opened(library, encoder)
    library.remove(ARTICLE.document_id)
    encoded = len(encoder.encoded)
    snapshot = opened(library, encoder)
    assert snapshot.generation == library.generation
    assert np.array_equal(snapshot.dense.keys(), library.passage_keys())
    assert len(snapshot.sparse) == len(library.passage_keys())
    assert len(encoder.encoded) == encoded


def test_added_document_is_caught_up_without_encoding(
    library: Library, encoder: HashingEncoder
) -> None:
    library.remove(DIRECTIVE.document_id)
    before = opened(library, encoder)
    assert before.lexicon.singles["giấy"] == 0
    shelve(library, encoder, [DIRECTIVE])
    encoded = len(encoder.encoded)
    snapshot = opened(library, encoder)
    assert np.array_equal(snapshot.dense.keys(), library.passage_keys())
    found_keys, _scores = snapshot.sparse.search(("giay_moi",), 5)
    assert set(found_keys.tolist()) <= set(library.keys_of([DIRECTIVE.document_id]).tolist())
    assert len(found_keys) == 1
    assert snapshot.lexicon.singles["giấy"] == 1
    assert len(encoder.encoded) == encoded


def test_removed_passage_is_never_found(library: Library, encoder: HashingEncoder) -> None:
    opened(library, encoder)
    gone = set(library.keys_of([ARTICLE.document_id]).tolist())
    text = library.indexed_texts(sorted(gone))[0]
    library.remove(ARTICLE.document_id)
    snapshot = opened(library, encoder)
    dense, _cosines = snapshot.dense.search(encoder.encode_queries([text])[0], 50)
    sparse, _scores = snapshot.sparse.search(tokens(text), 50)
    assert len(dense) == len(library.passage_keys())
    assert gone.isdisjoint([*dense.tolist(), *sparse.tolist()])


def test_scores_after_removals_are_those_of_an_index_that_never_held_the_removed(
    library: Library, encoder: HashingEncoder
) -> None:
    opened(library, encoder)
    for document in (REGULATION, OLDER, ARTICLE):
        library.remove(document.document_id)
    caught_up = opened(library, encoder).sparse
    root = library.path.parent / "other"
    fresh = Snapshot.open(root, library, encoder.fingerprint, encoder.dimension).sparse
    terms = ("hop", "chuyen", "de", "dang")
    assert [caught_up.idf(term) for term in terms] == [fresh.idf(term) for term in terms]
    keys, scores = caught_up.search(terms, 9)
    fresh_keys, fresh_scores = fresh.search(terms, 9)
    assert keys.tolist() == fresh_keys.tolist()
    assert scores.tolist() == fresh_scores.tolist()


def test_caught_up_snapshot_finds_what_one_built_anew_finds(
    library: Library, encoder: HashingEncoder
) -> None:
    opened(library, encoder)
    library.remove(REGULATION.document_id)
    shelve(library, encoder, [REGULATION])
    caught_up = found(opened(library, encoder), encoder)
    fresh = Snapshot.open(
        library.path.parent / "other", library, encoder.fingerprint, encoder.dimension
    )
    assert found(fresh, encoder) == caught_up


def _truncated(folder: Path) -> None:
    path = folder / "dense.faiss"
    path.write_bytes(path.read_bytes()[:-7])


def _altered(folder: Path) -> None:
    path = max((folder / "sparse").iterdir(), key=lambda one: one.stat().st_size)
    with path.open("r+b") as file:  # in place: the snapshot has the file mapped into memory
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 0xFF]))


def _changes_cut(folder: Path) -> None:
    path = folder / "dense.changes.npz"
    path.write_bytes(path.read_bytes()[:40])


def _of_other_vectors(folder: Path) -> None:
    """A stale file whose checksum was made to fit."""
    index = DenseIndex.load(folder / "dense.faiss")
    keys = index.keys()
    vectors = index.vectors(keys.tolist())
    index.remove(keys)
    index.add(keys, vectors[::-1])
    index.save(folder / "dense.faiss")
    values = json.loads((folder / "manifest.json").read_text())
    digest = hashlib.sha256((folder / "dense.faiss").read_bytes()).hexdigest()
    checksums = dict(values["checksums"]) | {"dense.faiss": digest}
    _changed(checksums=list(checksums.items()))(folder)


def _without_lexicon(folder: Path) -> None:
    (folder / "lexicon.tsv").unlink()


def _without_terms(folder: Path) -> None:
    shutil.rmtree(folder / "sparse")


def _without_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def _with_manifest(text: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (folder / "manifest.json").write_text(text)

    return damage


def _changed(**values: object) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        path = folder / "manifest.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | values))

    return damage


DAMAGES = [
    (_truncated, "hỏng: tệp dense.faiss"),
    (_altered, "hỏng: tệp sparse/"),
    (_without_terms, "hỏng: tệp sparse/"),
    (_without_lexicon, "hỏng: tệp lexicon.tsv"),
    (_without_manifest, "không đọc được bản kê"),
    (_with_manifest("{"), "không đọc được bản kê"),
    (_with_manifest("null"), "không đọc được bản kê"),
    (_with_manifest("\0" * 100), "không đọc được bản kê"),
    (_changed(passages=1), "số đoạn không khớp"),
    (_changed(unknown=1), "không đọc được bản kê"),
    (_changed(tokenizer="khác"), "phiên bản phần mềm khác"),
    (_changed(format=0), "phiên bản phần mềm khác"),
    (_changes_cut, "hỏng: tệp dense.changes.npz"),
    (_of_other_vectors, "không khớp các vectơ"),
]


@pytest.mark.files
@pytest.mark.parametrize(("damage", "fault"), DAMAGES)
def test_damaged_snapshot_is_named_and_rebuilt_without_encoding(
    library: Library, encoder: HashingEncoder, damage: Callable[[Path], None], fault: str
) -> None:
    snapshot = opened(library, encoder)
    before, encoded = found(snapshot, encoder), len(encoder.encoded)
    damage(snapshot.folder)
    assert fault in one_fault(library, encoder)
    rebuilt = Snapshot.open(
        index_of(library),
        library,
        encoder.fingerprint,
        encoder.dimension,
        anew=damage is _of_other_vectors,
    )
    assert found(rebuilt, encoder) == before
    assert verify(index_of(library), library, encoder.fingerprint, encoder.dimension) == ()
    assert len(encoder.encoded) == encoded


def test_missing_index_is_named_and_rebuilt_without_encoding(
    library: Library, encoder: HashingEncoder
) -> None:
    before, encoded = found(opened(library, encoder), encoder), len(encoder.encoded)
    shutil.rmtree(index_of(library))
    assert "Chưa có chỉ mục" in one_fault(library, encoder)
    assert found(opened(library, encoder), encoder) == before
    assert len(encoder.encoded) == encoded


def test_index_of_other_passages_is_named(library: Library, encoder: HashingEncoder) -> None:
    opened(library, encoder)
    shutil.copytree(index_of(library), library.path.parent / "kept")
    library.remove(ARTICLE.document_id)
    opened(library, encoder)
    (kept,) = (library.path.parent / "kept").glob("generation-*")
    kept.rename(index_of(library) / "generation-9999999999")
    present = _changed(generation=library.generation, token=library.token)
    present(index_of(library) / "generation-9999999999")
    assert "không khớp các đoạn" in one_fault(library, encoder)


@pytest.mark.files
def test_index_newer_than_a_restored_library_is_named_and_built_anew(
    library: Library, encoder: HashingEncoder
) -> None:
    """Keys given after the copy was taken are given again, to other passages."""
    library.close()
    copy = library.path.with_name("copy.db")
    shutil.copy(library.path, copy)
    later = Library(library.path)
    added = make_document("Đảng viên nộp hồ sơ trước ngày mùng mười.", number="77-QĐ/TU")
    for document in (added, make_document("Văn phòng trực lễ.", number="78-QĐ/TU")):
        shelve(later, encoder, [document])
    opened(later, encoder)
    later.close()
    shutil.copy(copy, library.path)
    restored = Library(library.path)
    other = make_document("Chi bộ bầu bí thư bằng phiếu kín.", number="79-QĐ/TU")
    shelve(restored, encoder, [other])
    assert "mới hơn thư viện" in one_fault(restored, encoder)
    snapshot = opened(restored, encoder)
    assert snapshot.sparse.search(("phieu_kin",), 5)[0].tolist() == (
        restored.keys_of([other.document_id]).tolist()
    )
    assert snapshot.sparse.search(("mung_muoi",), 5)[0].tolist() == []
    restored.close()


def test_another_model_is_refused_with_the_command_that_mends_it(
    library: Library, encoder: HashingEncoder
) -> None:
    opened(library, encoder)
    with pytest.raises(SnapshotError, match=r"scripts\.rebuild"):
        opened(library, HashingEncoder(name="another"))
    assert opened(library, encoder).manifest.model == encoder.fingerprint


@pytest.mark.files
def test_library_of_another_model_only_is_refused_until_it_is_encoded(
    library: Library, encoder: HashingEncoder
) -> None:
    other = HashingEncoder(32, name="another")
    with pytest.raises(SnapshotError, match=r"another-32.*python -m scripts\.rebuild"):
        opened(library, other)
    assert [path.name for path in index_of(library).iterdir()] == [".lock"]
    texts = library.indexed_texts(library.passage_keys().tolist())
    library.store_vectors(other.fingerprint, texts, other.encode_passages(texts))
    assert opened(library, other).dense.dimension == 32
    assert "mô hình khác (another-32)" in one_fault(library, encoder)
    assert opened(library, encoder).manifest.model == encoder.fingerprint


def test_empty_library_has_an_empty_index(tmp_path: Path, encoder: HashingEncoder) -> None:
    with Library(tmp_path / "library.db") as library:
        snapshot = opened(library, encoder)
        assert snapshot.manifest.passages == 0
        assert found(snapshot, encoder) == ([], [])


@pytest.mark.files
def test_older_generation_is_swept_and_its_open_readers_go_on(
    library: Library, encoder: HashingEncoder
) -> None:
    old = opened(library, encoder)
    before = found(old, encoder)
    library.remove(ARTICLE.document_id)
    new = opened(library, encoder)
    assert [path.name for path in index_of(library).glob("generation-*")] == [new.folder.name]
    assert not old.folder.exists()
    assert found(old, encoder) == before


def test_draft_of_an_interrupted_build_is_swept(library: Library, encoder: HashingEncoder) -> None:
    root = library.path.parent / "index"
    draft = root / ".draft-1"
    draft.mkdir(parents=True)
    (draft / "dense.faiss").write_bytes(b"half")
    snapshot = opened(library, encoder)
    assert not draft.exists()
    assert [path.name for path in root.glob("generation-*")] == [snapshot.folder.name]


def test_draft_is_swept_also_when_nothing_is_to_be_built(
    library: Library, encoder: HashingEncoder
) -> None:
    opened(library, encoder)
    draft = index_of(library) / ".draft-1"
    draft.mkdir()
    opened(library, encoder)
    assert not draft.exists()


@pytest.mark.files
def test_another_history_of_the_same_generation_is_named_and_built_anew(
    library: Library, encoder: HashingEncoder
) -> None:
    library.close()
    copy = library.path.with_name("copy.db")
    shutil.copy(library.path, copy)
    first, second = ("Chi bộ nộp hồ sơ.", "Văn phòng trực lễ.")
    with Library(library.path) as one:
        shelve(one, encoder, [make_document(first, number="77-QĐ/TU")])
        generation = opened(one, encoder).generation
    shutil.copy(copy, library.path)
    with Library(library.path) as other:
        shelve(other, encoder, [make_document(second, number="78-QĐ/TU")])
        assert other.generation == generation
        assert not is_current(index_of(other), other, encoder.fingerprint)
        assert "thư viện khác" in one_fault(other, encoder)
        snapshot = opened(other, encoder)
        assert len(snapshot.sparse.search(("truc_le",), 5)[0]) == 1
        assert len(snapshot.sparse.search(("ho_so",), 5)[0]) == 0
        assert is_current(index_of(other), other, encoder.fingerprint)
        shelve(other, encoder, [make_document(first, number="79-QĐ/TU")])
        assert not is_current(index_of(other), other, encoder.fingerprint)


@pytest.mark.files
def test_snapshot_is_built_from_nothing_when_that_is_asked(
    library: Library, encoder: HashingEncoder
) -> None:
    before = opened(library, encoder)
    inode = (before.folder / "dense.faiss").stat().st_ino
    found_before = found(before, encoder)
    snapshot = Snapshot.open(
        index_of(library), library, encoder.fingerprint, encoder.dimension, anew=True
    )
    assert (snapshot.folder / "dense.faiss").stat().st_ino != inode
    assert found(snapshot, encoder) == found_before


@pytest.fixture
def large(library: Library, encoder: HashingEncoder, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library that is too large to count again at every removal."""
    monkeypatch.setattr(build, "EXACT_UP_TO", 0)
    for place in range(20):
        shelve(library, encoder, [make_document(f"Mục {place} của sổ tay.", number=f"{place}-SỔ")])
    opened(library, encoder)
    return library


@pytest.mark.files
def test_large_library_is_caught_up_by_what_changed_alone(
    large: Library, encoder: HashingEncoder
) -> None:
    gone = large.keys_of([DIRECTIVE.document_id]).tolist()
    text = large.indexed_texts(gone)[0]
    before = opened(large, encoder)
    linked = (before.folder / "dense.faiss").stat().st_ino
    segments = {path.name for path in (before.folder / "sparse").glob("*.store")}
    large.remove(DIRECTIVE.document_id)
    snapshot = opened(large, encoder)
    assert snapshot.manifest.departed == len(gone)
    assert snapshot.lexicon.singles["mời"] == 0
    root = large.path.parent / "other"
    fresh = Snapshot.open(root, large, encoder.fingerprint, encoder.dimension)
    assert snapshot.lexicon == fresh.lexicon
    assert (snapshot.folder / "dense.faiss").stat().st_ino == linked
    assert segments <= {path.name for path in (snapshot.folder / "sparse").glob("*.store")}
    for leg in (snapshot.dense, snapshot.sparse):
        assert np.array_equal(leg.keys(), large.passage_keys())
    assert set(gone).isdisjoint(snapshot.sparse.search(tokens(text), 50)[0].tolist())
    assert verify(index_of(large), large, encoder.fingerprint, encoder.dimension) == ()


@pytest.mark.files
def test_large_library_is_counted_again_once_a_tenth_has_gone(
    large: Library, encoder: HashingEncoder
) -> None:
    assert "mời" in opened(large, encoder).lexicon.singles
    steps = []
    for document in (DIRECTIVE, *reversed(large.documents())):
        large.remove(document.document_id)
        snapshot = opened(large, encoder)
        steps.append(snapshot.manifest.departed)
        if not steps[-1]:
            break
    assert steps == sorted(steps[:-1]) + [0]
    assert steps[0] > 0
    assert "mời" not in snapshot.lexicon.singles
    fresh = Snapshot.open(
        large.path.parent / "other", large, encoder.fingerprint, encoder.dimension
    )
    assert [snapshot.sparse.idf(term) for term in TERMS] == [
        fresh.sparse.idf(term) for term in TERMS
    ]


def test_a_loaded_snapshot_is_caught_up_without_being_read_or_changed(
    large: Library, encoder: HashingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = opened(large, encoder)
    before, words = found(begun, encoder), begun.lexicon.copy()
    large.remove(DIRECTIVE.document_id)
    shelve(large, encoder, [make_document("Văn phòng trực lễ.", number="78-QĐ/TU")])
    with monkeypatch.context() as patch:
        patch.setattr(DenseIndex, "load", lambda *_paths: pytest.fail("read again"))
        snapshot = Snapshot.open(
            index_of(large), large, encoder.fingerprint, encoder.dimension, loaded=begun
        )
    assert (found(begun, encoder), begun.lexicon) == (before, words)
    fresh = Snapshot.open(
        large.path.parent / "other", large, encoder.fingerprint, encoder.dimension
    )
    assert np.array_equal(snapshot.dense.keys(), fresh.dense.keys())
    assert np.array_equal(snapshot.sparse.keys(), fresh.sparse.keys())
    assert snapshot.lexicon == fresh.lexicon
    assert verify(index_of(large), large, encoder.fingerprint, encoder.dimension) == ()


def test_a_loaded_snapshot_gives_way_to_a_newer_one_on_disk(
    large: Library, encoder: HashingEncoder
) -> None:
    begun = opened(large, encoder)
    large.remove(DIRECTIVE.document_id)
    newer = opened(large, encoder)
    again = Snapshot.open(
        index_of(large), large, encoder.fingerprint, encoder.dimension, loaded=begun
    )
    assert again.folder == newer.folder
    assert found(again, encoder) == found(newer, encoder)


def test_words_of_a_removed_document_leave_the_lexicon(
    library: Library, encoder: HashingEncoder
) -> None:
    assert opened(library, encoder).lexicon.singles["mời"] == 1
    library.remove(DIRECTIVE.document_id)
    assert "mời" not in opened(library, encoder).lexicon.singles


def test_full_disk_is_told_and_leaves_the_old_snapshot(
    library: Library, encoder: HashingEncoder
) -> None:
    before = opened(library, encoder)
    shelve(library, encoder, [make_document("Văn phòng trực lễ.", number="78-QĐ/TU")])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        with pytest.raises((SnapshotError, OSError)) as raised:
            opened(library, encoder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "\n" not in str(raised.value)
    assert [path.name for path in index_of(library).iterdir() if path.name != ".lock"] == [
        before.folder.name
    ]
    assert opened(library, encoder).generation == library.generation


def test_two_openings_at_once_agree(library: Library, encoder: HashingEncoder) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _n: opened(library, encoder), range(2))
    assert first.folder == second.folder
    assert found(first, encoder) == found(second, encoder)


def test_search_within_keys_finds_nothing_else(library: Library, encoder: HashingEncoder) -> None:
    snapshot = opened(library, encoder)
    keys = library.keys_of([DIRECTIVE.document_id])
    vector = encoder.encode_queries(["đảng viên"])[0]
    dense, _cosines = snapshot.dense.search(vector, 10, keys)
    sparse, _scores = snapshot.sparse.search(("hop", "chuyen", "de", "dang"), 10, keys)
    assert set(dense.tolist()) == set(keys.tolist())
    assert set(sparse.tolist()) <= set(keys.tolist())
