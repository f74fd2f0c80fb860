import errno
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.errors import IndexFileError
from index.legs import vector_file
from index.legs.dense import DenseIndex

DIMENSION = 8
QUICK = settings(deadline=None, max_examples=20)
KEYS = st.lists(st.integers(1, 10**12), min_size=1, max_size=20, unique=True)


def rows(keys: list[int]) -> NDArray[np.float32]:
    """Make a unit vector of every key, always the same for the same key."""
    made = np.stack([np.random.default_rng(key).normal(size=DIMENSION) for key in keys])
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), np.float32)


def index_of(keys: list[int]) -> DenseIndex:
    index = DenseIndex(DIMENSION)
    index.add(np.array(keys, np.int64), rows(keys))
    return index


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The keys of an index that is large enough for codes, as 2,000 vectors are taken to be."""
    monkeypatch.setattr(vector_file, "FLAT_UP_TO", 500)
    return list(range(1, 4001, 2))


def gathered_rows(keys: list[int]) -> NDArray[np.float32]:
    """Make unit vectors that lie in clusters, as those of texts do."""
    centres = rows(list(range(50)))
    made = centres[np.array(keys) % 50] + 0.3 * rows(keys)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), np.float32)


def saved(keys: list[int], path: Path) -> DenseIndex:
    index = DenseIndex(DIMENSION)
    index.add(np.array(keys, np.int64), gathered_rows(keys))
    index.save(path)
    return DenseIndex.load(path)


def share_found(index: DenseIndex, keys: list[int], only: list[int] | None = None) -> float:
    """Return how many of the 20 truly nearest are found, with their exact cosines in order."""
    among = np.array(keys if only is None else only)
    vectors = gathered_rows(among.tolist())
    shares = []
    for asked in gathered_rows(list(range(5000, 5040))):
        nearest = set(among[np.argsort(-(vectors @ asked))[:20]].tolist())
        within = None if only is None else among
        found, cosines = index.search(asked, 20, within)
        assert np.allclose(gathered_rows(found.tolist()) @ asked, cosines, atol=1e-6)
        assert (np.diff(cosines) <= 0).all()
        shares.append(len(nearest & set(found.tolist())) / len(nearest))
    return float(np.mean(shares))


def test_a_large_index_finds_the_nearest_with_exact_cosines(
    many: list[int], tmp_path: Path
) -> None:
    index = saved(many, tmp_path / "dense.faiss")
    assert share_found(index, many) >= 0.98
    assert share_found(index, many, many[::2]) >= 0.98
    assert share_found(index, many, many[:40]) == 1.0  # few are compared one by one
    assert np.array_equal(index.vectors(many[::-7]), gathered_rows(many[::-7]))


def test_a_large_index_is_searched_while_it_changes(many: list[int], tmp_path: Path) -> None:
    index = saved(many, tmp_path / "dense.faiss")
    gone, came = many[:300], list(range(2, 600, 2))
    index.remove(np.array(gone, np.int64))
    index.add(np.array(came, np.int64), gathered_rows(came))
    left = sorted([*many[300:], *came])
    assert index.keys().tolist() == left
    assert share_found(index, left) >= 0.98
    index.save_changes(tmp_path / "changes.npz")
    again = DenseIndex.load(tmp_path / "dense.faiss", tmp_path / "changes.npz")
    assert share_found(again, left) >= 0.98
    index.save(tmp_path / "anew.faiss")
    assert index.changed == 0
    assert share_found(DenseIndex.load(tmp_path / "anew.faiss"), left) >= 0.98


def test_an_index_that_has_become_small_is_compared_one_by_one_again(
    many: list[int], tmp_path: Path
) -> None:
    index = saved(many, tmp_path / "dense.faiss")
    index.remove(np.array(many[300:], np.int64))
    index.save(tmp_path / "small.faiss")
    assert share_found(DenseIndex.load(tmp_path / "small.faiss"), many[:300]) == 1.0


def test_a_copy_changes_by_itself(many: list[int], tmp_path: Path) -> None:
    index = saved(many, tmp_path / "dense.faiss")
    other = index.copy()
    other.remove(np.array(many[:10], np.int64))
    other.add(np.array([2], np.int64), gathered_rows([2]))
    assert index.keys().tolist() == many
    assert other.keys().tolist() == sorted([2, *many[10:]])


def test_what_is_added_bit_by_bit_between_searches_is_all_kept() -> None:
    index = index_of([5])
    for key in (9, 3, 7, 30, 1):
        index.add(np.array([key], np.int64), rows([key]))
        assert key in index.search(rows([key])[0], 1)[0]
        other = index.copy()
        other.remove(np.array([key], np.int64))
        assert key not in other.keys().tolist()
    keys = [1, 3, 5, 7, 9, 30]
    assert index.keys().tolist() == keys
    assert np.array_equal(index.vectors(keys), rows(keys))


def test_a_vector_that_is_not_there_is_named() -> None:
    index = index_of([5, 3, 9])
    index.remove(np.array([3], np.int64))
    with pytest.raises(KeyError, match="3"):
        index.vectors([5, 3])


@QUICK
@given(KEYS, st.integers(1, 25), st.integers(0, 1000))
def test_search_gives_the_greatest_cosines_in_order(keys: list[int], depth: int, seed: int) -> None:
    vector = rows([seed + 2 * 10**12])[0]
    found, cosines = index_of(keys).search(vector, depth)
    exact = np.sort(rows(keys) @ vector)[::-1][:depth]
    assert np.allclose(cosines, exact, atol=1e-5)
    assert np.allclose(rows(found.tolist()) @ vector, cosines, atol=1e-5)
    assert len(set(found.tolist())) == len(found)


@QUICK
@given(KEYS)
def test_every_vector_finds_itself_first(keys: list[int]) -> None:
    index = index_of(keys)
    for key, vector in zip(keys, rows(keys), strict=True):
        found, cosines = index.search(vector, 1)
        assert found.tolist() == [key]
        assert cosines[0] == pytest.approx(1.0, abs=1e-5)


@QUICK
@given(KEYS, st.data())
def test_search_within_keys_is_that_of_an_index_of_them_alone(
    keys: list[int], data: st.DataObject
) -> None:
    within = data.draw(st.lists(st.sampled_from(keys), unique=True))
    absent = [2 * 10**12]
    vector = rows([7])[0]
    found, _cosines = index_of(keys).search(vector, 30, np.array(within + absent, np.int64))
    alone = index_of(within).search(vector, 30)[0].tolist() if within else []
    assert found.tolist() == alone


@QUICK
@given(KEYS, st.data())
def test_a_removed_key_is_never_found(keys: list[int], data: st.DataObject) -> None:
    gone = data.draw(st.lists(st.sampled_from(keys), unique=True))
    index = index_of(keys)
    index.remove(np.array([*gone, 2 * 10**12], np.int64))
    left = sorted(set(keys) - set(gone))
    assert len(index) == len(left)
    assert index.keys().tolist() == left
    assert sorted(index.search(rows([7])[0], 30)[0].tolist()) == left


def test_vectors_come_back_in_the_order_asked_for() -> None:
    index = index_of([5, 3, 9])
    assert np.array_equal(index.vectors([9, 5, 9]), rows([9, 5, 9]))
    assert index.vectors([]).shape == (0, DIMENSION)


def test_an_empty_index_finds_nothing() -> None:
    index = DenseIndex(DIMENSION)
    index.add(np.empty(0, np.int64), np.empty((0, DIMENSION), np.float32))
    index.remove(np.empty(0, np.int64))
    found, cosines = index.search(rows([1])[0], 5)
    assert (len(index), found.tolist(), cosines.tolist()) == (0, [], [])


@QUICK
@given(KEYS)
def test_a_saved_index_is_read_back_as_it_was(keys: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dense.faiss"
        index_of(keys).save(path)
        again = DenseIndex.load(path)
    assert again.dimension == DIMENSION
    assert again.keys().tolist() == sorted(keys)
    assert np.array_equal(again.vectors(keys), rows(keys))


@QUICK
@given(KEYS, KEYS, st.data())
def test_changes_beside_the_whole_file_are_read_back(
    keys: list[int], added: list[int], data: st.DataObject
) -> None:
    gone = data.draw(st.lists(st.sampled_from(keys), unique=True))
    new = [key for key in added if key not in keys]
    with tempfile.TemporaryDirectory() as folder:
        whole, changes = Path(folder) / "dense.faiss", Path(folder) / "changes.npz"
        index = index_of(keys)
        index.save(whole)
        assert index.changed == 0
        index.remove(np.array(gone, np.int64))
        index.add(np.array(new, np.int64), rows(new) if new else np.empty((0, DIMENSION)))
        assert index.changed == pytest.approx((len(gone) + len(new)) / len(keys))
        index.save_changes(changes)
        again = DenseIndex.load(whole, changes)
        assert again.changed == index.changed
    left = sorted((set(keys) - set(gone)) | set(new))
    assert again.keys().tolist() == left
    assert np.array_equal(again.vectors(left), rows(left) if left else np.empty((0, DIMENSION)))


def test_a_full_disk_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space") as raised:
        index_of([1, 2, 3]).save(Path("/dev/full"))
    assert raised.value.errno == errno.ENOSPC


@pytest.mark.parametrize("kept", [None, 0, 7, 40, -9, -1])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, kept: int | None) -> None:
    path = tmp_path / "dense.faiss"
    if kept is not None:
        index_of([1, 2, 3]).save(path)
        path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(IndexFileError, match="dense.faiss"):
        DenseIndex.load(path)
