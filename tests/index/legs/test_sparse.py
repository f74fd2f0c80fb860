import math
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import IndexFileError
from index.legs.sparse import SparseIndex
from index.tokens import tokens

QUICK = settings(deadline=None, max_examples=6)
WORDS = "đảng viên chi bộ họp phí ngày 03 quý".split()
TEXTS = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=15).map(" ".join), min_size=1, max_size=8
)
QUERIES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)


@contextmanager
def index_of(texts: Sequence[str]) -> Iterator[SparseIndex]:
    """Give an index of texts under the keys 10, 20, …"""
    with tempfile.TemporaryDirectory() as folder:
        index = SparseIndex(Path(folder))
        index.add((10 * place, text) for place, text in enumerate(texts, 1))
        yield index


def bm25(texts: Sequence[str], query: str) -> dict[int, float]:
    """Score texts by Robertson's BM25 with k1 = 1.2 and b = 0.75; those without a term are out."""
    bags = [tokens(text) for text in texts]
    average = sum(map(len, bags)) / len(bags)
    scores = {}
    for place, bag in enumerate(bags, 1):
        score = 0.0
        for term in set(tokens(query)):
            count, holding = bag.count(term), sum(term in other for other in bags)
            idf = math.log(1 + (len(bags) - holding + 0.5) / (holding + 0.5))
            score += idf * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * len(bag) / average))
        if set(tokens(query)) & set(bag):
            scores[10 * place] = score
    return scores


def scored(index: SparseIndex, query: str, within: list[int] | None = None) -> dict[int, float]:
    """Search for a text and check that the best comes first."""
    limit = None if within is None else np.array(within, np.int64)
    keys, scores = index.search(tokens(query), 50, limit)
    assert scores.tolist() == sorted(scores.tolist(), reverse=True)
    assert len(set(keys.tolist())) == len(keys)
    return dict(zip(keys.tolist(), scores.tolist(), strict=True))


@QUICK
@given(TEXTS, QUERIES)
def test_scores_are_those_of_bm25(texts: list[str], query: str) -> None:
    with index_of(texts) as index:
        assert scored(index, query) == pytest.approx(bm25(texts, query), rel=1e-4)


def test_scores_of_long_texts_are_those_of_bm25_but_for_rounded_lengths() -> None:
    texts = [" ".join(WORDS[: 3 + n % 6] * (9 * n)) for n in range(1, 9)]
    with index_of(texts) as index:
        for query in ("chi bộ họp", "ngày 03", "đảng viên"):
            assert scored(index, query) == pytest.approx(bm25(texts, query), rel=0.05)


@QUICK
@given(TEXTS, TEXTS, QUERIES)
def test_texts_that_come_later_are_scored_as_if_all_had_come_at_once(
    first: list[str], later: list[str], query: str
) -> None:
    with index_of(first) as index, index_of(first + later) as at_once:
        index.add((10 * place, text) for place, text in enumerate(later, len(first) + 1))
        assert len(index) == len(at_once) == len(first) + len(later)
        assert scored(index, query) == pytest.approx(scored(at_once, query), rel=1e-4)
        assert all(index.idf(one) == at_once.idf(one) for one in tokens(query))


@QUICK
@given(TEXTS, TEXTS, QUERIES, st.data())
def test_a_removed_text_is_never_found_and_the_others_all_are(
    texts: list[str], later: list[str], query: str, data: st.DataObject
) -> None:
    gone = data.draw(st.sets(st.sampled_from(range(1, len(texts) + 1))))
    left = {place: text for place, text in enumerate(texts + later, 1) if place not in gone}
    with index_of(texts) as index:
        new = [(10 * place, text) for place, text in left.items() if place > len(texts)]
        assert list(index.texts([10, 5])) == texts[:1]
        index.change([10 * place for place in sorted(gone)], new)
        assert index.keys().tolist() == [10 * place for place in left]
        wanted = {
            10 * place for place, text in left.items() if set(tokens(query)) & set(tokens(text))
        }
        assert set(scored(index, query)) == wanted


@QUICK
@given(TEXTS, QUERIES, st.sets(st.integers(1, 9).map(lambda place: 10 * place)))
def test_search_within_keys_keeps_the_scores_of_the_whole_index(
    texts: list[str], query: str, within: set[int]
) -> None:
    with index_of(texts) as index:
        whole = scored(index, query)
        expected = {key: score for key, score in whole.items() if key in within}
        assert scored(index, query, sorted(within)) == pytest.approx(expected, rel=1e-5)


def test_marks_do_not_matter_to_what_is_found_and_repeated_words_do_not_add() -> None:
    with index_of(["Đảng viên đóng đảng phí", "Chi bộ họp"]) as index:
        assert scored(index, "dang phi") == scored(index, "ĐẢNG PHÍ")
        assert scored(index, "họp họp") == pytest.approx(scored(index, "họp"))
        assert list(scored(index, "hop")) == [20]


def test_depth_limits_what_is_found_and_no_terms_find_nothing() -> None:
    with index_of(["họp"] * 5) as index:
        assert len(index.search(("hop",), 3)[0]) == 3
        assert index.search((), 3)[0].tolist() == []
        assert index.search(("vang",), 3)[0].tolist() == []


def test_an_empty_index_finds_nothing() -> None:
    with index_of([]) as index:
        assert len(index) == 0
        assert scored(index, "họp") == {}


@pytest.mark.parametrize("holding", [0, 1, 6])
def test_idf_is_positive_and_falls_with_the_number_of_texts(holding: int) -> None:
    texts = ["họp" if place < holding else "phí" for place in range(6)]
    with index_of(texts) as index:
        assert index.idf("hop") == pytest.approx(math.log(1 + (6.5 - holding) / (holding + 0.5)))
        assert index.idf("hop") > 0


def test_an_index_opened_again_finds_the_same(tmp_path: Path) -> None:
    first = SparseIndex(tmp_path)
    first.add([(7, "chi bộ họp"), (8, "đảng phí")])
    again = SparseIndex(tmp_path)
    assert len(again) == 2
    assert scored(again, "họp chi bộ") == scored(first, "họp chi bộ") != {}


def test_a_folder_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    SparseIndex(tmp_path).add([(7, "chi bộ họp")])
    (tmp_path / "meta.json").write_text("{")
    with pytest.raises(IndexFileError, match=tmp_path.name):
        SparseIndex(tmp_path)
