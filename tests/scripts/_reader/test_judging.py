from collections.abc import Iterator

import pytest

from retrieval.cross_encoder.model import Reading
from retrieval.cross_encoder.passage_reader import PASSAGES, Judging
from retrieval.cross_encoder.read_ranking import NAMES, ReadRanking
from retrieval.evaluation.datasets import JudgedQuestion
from retrieval.pipeline import Searcher
from scripts._reader.judging import Judged, stored
from tests.support.sample_library import REGULATION, open_searcher

ANSWER = "trước 07 ngày làm việc"


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    opened = open_searcher(tmp_path_factory.mktemp("data"))
    yield opened
    opened.library.close()


def judged_of(searcher: Searcher, answers: tuple[str, ...]) -> Judged:
    """Read with a reader that marks ANSWER, at the greatest relevance."""
    asked = searcher.understand("đảng viên đi xa báo cáo chi bộ trước bao nhiêu ngày")
    ranking = searcher.rank(asked)
    texts = [ranking.pool.candidates[place].passage.text for place in ranking.order[:PASSAGES]]
    readings = tuple(
        Reading(3.0, (start, start + len(ANSWER)), 2.0, 0.0)
        if (start := text.find(ANSWER)) >= 0
        else Reading(-3.0, (0, len(text)), -2.0, 0.0)
        for text in texts
    )
    relevant = frozenset({REGULATION.document_id} if answers else ())
    judged = JudgedQuestion("1", asked.typed, relevant, answers, unanswerable=not answers)
    read = ReadRanking(asked, ranking, ("",) * len(readings), readings)
    return Judged(judged, read, 0.5, 1.0)


def test_the_passage_that_the_reader_prefers_comes_first_and_is_right(searcher: Searcher) -> None:
    one = judged_of(searcher, (ANSWER,))
    first = one.first(0.0)
    assert one.read.readings[first].relevance == 3.0
    assert one.is_right(first)
    assert not any(one.is_right(other) for other in range(len(one.read.readings)) if other != first)
    assert one.signals(first)[NAMES.index("relevance")] == 3.0


def test_nothing_is_right_where_no_text_answers(searcher: Searcher) -> None:
    one = judged_of(searcher, ())
    assert not one.is_right(one.first(0.0))


def test_what_is_kept_is_read_as_it_was() -> None:
    judging = Judging(0.5, tuple(range(len(NAMES))), -1.25)
    assert Judging.of(stored(judging)) == judging
