from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from documents.library import Library
from index.snapshot import Snapshot, SnapshotError, verify
from tests.fakes import HashingEncoder
from tests.shelf import ARTICLE, DIRECTIVE, DOCUMENTS, REGULATION, shelve

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
    root = library.path.parent / "index"
    return Snapshot.open(root, library, encoder.fingerprint, encoder.dimension)


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


def _without_lexicon(folder: Path) -> None:
    (folder / "lexicon.tsv").unlink()


def _without_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text("{")


@pytest.mark.parametrize("damage", [_truncated, _altered, _without_lexicon, _without_manifest])
def test_damaged_snapshot_is_named_and_rebuilt(
    library: Library, encoder: HashingEncoder, damage: Callable[[Path], None]
) -> None:
    snapshot = opened(library, encoder)
    before = found(snapshot, encoder)
    damage(snapshot.folder)
    faults = verify(snapshot.folder.parent, library, encoder.fingerprint, encoder.dimension)
    assert len(faults) == 1
    assert "hỏng" in faults[0]
    assert found(opened(library, encoder), encoder) == before


def test_another_model_is_refused_with_the_command_that_mends_it(
    library: Library, encoder: HashingEncoder
) -> None:
    opened(library, encoder)
    with pytest.raises(SnapshotError, match=r"scripts\.rebuild"):
        opened(library, HashingEncoder(name="another"))
    assert opened(library, encoder).manifest.model == encoder.fingerprint


def test_draft_of_an_interrupted_build_is_swept(library: Library, encoder: HashingEncoder) -> None:
    root = library.path.parent / "index"
    draft = root / ".draft-1"
    draft.mkdir(parents=True)
    (draft / "dense.faiss").write_bytes(b"half")
    snapshot = opened(library, encoder)
    assert not draft.exists()
    assert [path.name for path in root.glob("generation-*")] == [snapshot.folder.name]


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
