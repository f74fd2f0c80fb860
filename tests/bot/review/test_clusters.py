import numpy as np
import pytest

from bot.review.clusters import linked


@pytest.mark.parametrize("count", [1, 2, 3, 12, 80])
def test_groups_are_those_of_average_linkage(count: int) -> None:
    hierarchy = pytest.importorskip("scipy.cluster.hierarchy")
    random = np.random.default_rng(count)
    centres = random.normal(size=(1 + count // 4, 32))
    rows = centres[random.integers(0, len(centres), count)] + random.normal(0, 0.2, (count, 32))
    vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    expected = {(0,)}
    if count > 1:
        tree = np.clip(hierarchy.linkage(vectors, "average", metric="cosine"), 0, None)
        labels = hierarchy.fcluster(tree, t=0.1, criterion="distance")
        expected = {tuple(np.flatnonzero(labels == one).tolist()) for one in set(labels.tolist())}
    assert set(linked(vectors, 0.9)) == expected


def test_all_may_be_one_group_and_each_its_own() -> None:
    same = np.tile(np.eye(1, 4, dtype=np.float32), (5, 1))
    assert linked(same, 0.9) == ((0, 1, 2, 3, 4),)
    assert linked(np.eye(3, dtype=np.float32), 0.9) == ((0,), (1,), (2,))
