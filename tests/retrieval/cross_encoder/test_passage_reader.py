from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from retrieval.answer import Answer, NoAnswer
from retrieval.cross_encoder.model import Reading
from retrieval.cross_encoder.passage_reader import PASSAGES, Judging, PassageReader
from retrieval.cross_encoder.read_ranking import NAMES
from retrieval.evaluation.datasets import JudgedQuestion
from retrieval.evaluation.run import evaluate
from retrieval.pipeline import Searcher
from tests.support.sample_library import REGULATION, open_searcher

# what is read is trusted alone: a relevance of 2 is a probability of 0.88
JUDGING = Judging(order=0.0, weights=(1.0, *(0.0 for _name in NAMES[1:])), intercept=0.0)
MONTHS = "trước 07 ngày làm việc"


class Marking:
    """Finds some words, at a relevance of its own, and nothing anywhere else."""

    def __init__(self, words: str, relevance: float) -> None:
        self.words, self.relevance = words, relevance
        self.asked: list[tuple[str, Sequence[tuple[str, str]]]] = []

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> tuple[Reading, ...]:
        self.asked.append((question, passages))
        return tuple(self._reading(text) for _context, text in passages)

    def _reading(self, text: str) -> Reading:
        start = text.find(self.words)
        if start < 0:
            return Reading(relevance=-6.0, span=(0, len(text)), margin=-5.0, yes=0.0)
        span = start, start + len(self.words)
        return Reading(relevance=self.relevance, span=span, margin=3.0, yes=0.0)


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    opened = open_searcher(tmp_path_factory.mktemp("data"))
    yield opened
    opened.library.close()


def reading(searcher: Searcher, model: Marking) -> Searcher:
    reader = PassageReader(model, searcher.confidence, JUDGING)
    return replace(searcher, passage_reader=reader, strictness=0.5)


def test_what_the_reader_marks_is_quoted_and_set_in_bold(without: Searcher) -> None:
    reply = reading(without, Marking(MONTHS, 2.0)).ask("đi xa thì báo với ai, khi nào").reply
    assert isinstance(reply, Answer)
    assert reply.citations[0].document_id == REGULATION.document_id
    assert [reply.text[start:end] for start, end in reply.highlights] == [MONTHS]
    assert not reply.is_likely


def test_answer_the_reader_is_not_sure_of_is_called_likely(without: Searcher) -> None:
    reply = reading(without, Marking(MONTHS, 0.3)).ask("đi xa thì báo với ai, khi nào").reply
    assert isinstance(reply, Answer)
    assert reply.is_likely


def test_question_is_refused_where_the_reader_finds_nothing(without: Searcher) -> None:
    model = Marking("không có ở đâu cả", 2.0)
    reply = reading(without, model).ask("đảng viên đi xa báo cáo chi bộ khi nào").reply
    assert isinstance(reply, NoAnswer)
    assert reply.reason == "low_confidence"


def test_passage_the_reader_prefers_comes_first_of_the_hits(without: Searcher) -> None:
    question = "Giấy mời họp gửi trước mấy ngày?"
    plain = without.ask(question)
    other = Marking("ba tháng một lần", 5.0)
    read = reading(without, other).ask(question)
    assert "ba tháng một lần" not in plain.hits[0].passage.text
    assert "ba tháng một lần" in read.hits[0].passage.text


def test_evaluation_ranks_documents_as_they_are_read(without: Searcher) -> None:
    asked = JudgedQuestion(
        "1", "Giấy mời họp gửi trước mấy ngày?", frozenset({REGULATION.document_id}), (), False
    )
    other = Marking(MONTHS, 5.0)
    assert evaluate(without, [asked]).hit_at_1 == 0
    assert evaluate(reading(without, other), [asked]).hit_at_1 == 1


def test_named_figure_is_given_without_asking_how_sure_the_reader_is(without: Searcher) -> None:
    reply = reading(without, Marking("77,78%", 1.0)).ask(
        "Mục tiêu tỷ lệ thôn trưởng là đảng viên là bao nhiêu?"
    )
    assert isinstance(reply.reply, Answer)
    assert reply.reply.text == "70% (77,78% − 7,78%)"


def test_no_more_than_the_first_passages_are_read_each_with_its_document(
    without: Searcher,
) -> None:
    model = Marking(MONTHS, 2.0)
    reading(without, model).ask("đảng viên đi xa báo cáo chi bộ khi nào")
    (_question, passages), *_others = model.asked
    assert 0 < len(passages) <= PASSAGES
    assert any("Quy định 15-QĐ/TU ngày 02/08/2024" in context for context, _text in passages)


def test_without_the_reader_no_sentence_is_set_in_bold(without: Searcher) -> None:
    reply = without.ask("Giấy mời họp gửi trước mấy ngày?").reply
    assert isinstance(reply, Answer)
    assert reply.highlights == ()


def test_who_still_types_is_searched_for_without_the_reader(without: Searcher) -> None:
    model = Marking(MONTHS, 2.0)
    response = reading(without, model).by_words().ask("đi xa thì báo với ai, khi nào")
    assert response.sources
    assert model.asked == []
