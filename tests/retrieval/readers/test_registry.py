"""A new type of answer is one file with a reader and one line in the table."""

from collections.abc import Iterator

import pytest

from retrieval.answer import Answer
from retrieval.pipeline import Searcher
from retrieval.question.intent import AnswerType, intent_of
from retrieval.readers import READERS
from retrieval.readers.base import Case, Draft, Strength
from tests.support.sample_library import open_searcher

QUESTION = "Chi bộ có phải phân công đảng viên giữ liên hệ không?"


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    opened = open_searcher(tmp_path_factory.mktemp("data"))
    yield opened
    opened.library.close()


def verdict(case: Case) -> Draft | None:
    """Answer "yes" from the first passage that obliges somebody."""
    for passage in case.passages:
        start = passage.text.find("phân công")
        if start >= 0:
            span = start, start + len("phân công")
            return Draft(passage, span, span, Strength.STATED, marks=(span,))
    return None


def test_reader_that_is_registered_answers_its_type_of_question(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert intent_of(QUESTION).answer is AnswerType.VERDICT
    before = searcher.ask(QUESTION).reply
    assert isinstance(before, Answer)
    assert before.text != "phân công"
    monkeypatch.setitem(READERS, AnswerType.VERDICT, verdict)
    reply = searcher.ask(QUESTION).reply
    assert isinstance(reply, Answer)
    assert (reply.text, reply.highlights) == ("phân công", ((0, 9),))
    assert reply.citations[0].quote == "phân công"


def test_reader_is_not_asked_what_is_not_its_type(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(READERS, AnswerType.VERDICT, lambda _case: pytest.fail("it was asked"))
    assert isinstance(searcher.ask("Chi bộ phân công ai giữ liên hệ?").reply, Answer)
