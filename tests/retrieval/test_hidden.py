"""Documents that an asker must not learn of leave no trace in what is found for them."""

from collections.abc import Iterator

import pytest

from retrieval.answer import Answer
from retrieval.pipeline import Searcher
from retrieval.question.followup import Earlier
from tests.support.sample_library import ARTICLE, DOCUMENTS, REGULATION, open_searcher

ID = REGULATION.document_id
QUESTIONS = (
    "Đi làm xa từ 03 tháng trở lên thì đảng viên phải làm thủ tục gì?",
    "dang vien di tu 3 thang tro len phai lam gi",
    "Điều 5 khoản 2 của quy định 15 nói gì?",
    "Quy định 15-QĐ/TU nói gì?",
    "Nội dung chính của Quy định số 15-QĐ/TU là gì?",
    "What must a party member do when away for three months?",
)


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    searcher = open_searcher(tmp_path_factory.mktemp("hidden"))
    yield searcher
    searcher.library.close()


@pytest.mark.parametrize("question", QUESTIONS)
def test_nothing_of_a_hidden_document_is_shown_whatever_is_asked(
    searcher: Searcher, question: str
) -> None:
    response = searcher.ask(question, None, frozenset({ID}))
    reply = response.reply
    cited = reply.citations if isinstance(reply, Answer) else reply.nearest
    assert ID not in {one.document_id for one in (*cited, *response.sources)}
    assert ID not in {hit.passage.document_id for hit in response.hits}
    seen = searcher.ask(question)
    assert isinstance(seen.reply, Answer)
    assert ID in {one.document_id for one in (*seen.reply.citations, *seen.sources)}


def test_a_follow_up_within_a_hidden_document_finds_nothing_of_it(searcher: Searcher) -> None:
    earlier = Earlier.of(searcher.ask(QUESTIONS[0]))
    assert earlier.document_id == ID
    response = searcher.ask("Ai ký?", earlier, frozenset({ID}))
    assert ID not in {one.document_id for one in response.sources}


def test_a_follow_up_to_a_document_that_was_hidden_since_is_asked_of_the_others(
    searcher: Searcher,
) -> None:
    earlier = Earlier.of(searcher.ask(QUESTIONS[0]))
    response = searcher.ask("Quy định ở đâu?", earlier, frozenset({ID}))
    assert response.understood_as == QUESTIONS[0]
    assert response.hits
    assert ID not in {hit.passage.document_id for hit in response.hits}


def test_with_all_documents_hidden_nothing_is_found(searcher: Searcher) -> None:
    everything = frozenset(document.document_id for document in DOCUMENTS)
    response = searcher.ask(QUESTIONS[0], None, everything)
    assert not isinstance(response.reply, Answer)
    assert response.hits == ()


def test_what_is_hidden_from_one_is_shown_to_the_next(searcher: Searcher) -> None:
    question = "Mục tiêu tỷ lệ thôn trưởng là đảng viên?"
    searcher.ask(question, None, frozenset({ARTICLE.document_id}))
    assert isinstance(searcher.ask(question).reply, Answer)
