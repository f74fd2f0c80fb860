"""Documents that an asker must not learn of leave no trace in what is found for them."""

from collections.abc import Iterator, Sequence
from datetime import date

import pytest

from documents.store.library import Library
from retrieval.answer import Answer, NoAnswer, Reason
from retrieval.pipeline import Searcher
from retrieval.question.followup import Earlier
from tests.support.builders import make_document
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


SECRET = make_document(
    "Điều 1. Đề án Trạm Xuyên Khuếch\n"
    "Chi bộ Khuếch Đại lập Ban Chỉ đạo Xuyên Khuếch Quỳnh (BCĐXKQ). BCĐXKQ họp mỗi quý; BCĐXKQ do "
    "đồng chí Nguyễn Ngoẵn làm trưởng; BCĐXKQ giải thể sau 9 tháng.",
    number="99-ĐA/TU",
    kind="Đề án",
    issuer="Tỉnh ủy Sơn Lĩnh",
    issued_on=date(2025, 1, 2),
    title="Về trạm xuyên khuếch",
    replaces=("09-CT/TU",),
)
HIDDEN = frozenset({SECRET.document_id})


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    searcher = open_searcher(tmp_path_factory.mktemp("guarded"), (*DOCUMENTS, SECRET))
    yield searcher
    searcher.library.close()


@pytest.mark.parametrize(
    ("typed", "derived"),
    [
        ("tram xuyen khuech quynh lam gi", "khuếch"),
        ("dong chi nguyen ngoan", "ngoẵn"),
        ("BCĐXKQ họp mấy lần?", "Ban Chỉ đạo Xuyên Khuếch Quỳnh"),
        ("đề án xuyên khuêchh", "khuếch"),
    ],
)
def test_a_question_is_read_as_in_a_library_without_what_is_hidden(
    searcher: Searcher, guarded: Searcher, typed: str, derived: str
) -> None:
    unseen = guarded.ask(typed, None, HIDDEN)
    assert unseen.understood_as == searcher.ask(typed).understood_as
    assert derived not in unseen.understood_as
    assert derived in guarded.ask(typed).understood_as


def test_no_word_is_suggested_that_hidden_documents_alone_have(guarded: Searcher) -> None:
    typed = "trạm khuêchs"
    assert guarded.suggestion(typed) == "trạm khuếch"
    assert guarded.suggestion(typed, HIDDEN) is None


def test_a_hidden_successor_is_not_named(guarded: Searcher) -> None:
    question = "Cuộc họp chuyên đề kéo dài bao lâu theo Chỉ thị 09-CT/TU?"

    def successors(hidden: frozenset[str]) -> set[str | None]:
        response = guarded.ask(question, None, hidden)
        assert isinstance(response.reply, Answer)
        return {one.replaced_by for one in (*response.reply.citations, *response.sources)}

    assert successors(frozenset()) == {"99-ĐA/TU"}
    assert successors(HIDDEN) == {None}


def test_a_library_that_is_hidden_whole_is_an_empty_one(guarded: Searcher) -> None:
    everything = frozenset(one.document_id for one in (*DOCUMENTS, SECRET))
    reply = guarded.ask(QUESTIONS[0], None, everything).reply
    assert isinstance(reply, NoAnswer)
    assert reply.reason is Reason.EMPTY_LIBRARY


def test_what_is_hidden_is_counted_once_and_what_is_hidden_beside_it_is_added(
    guarded: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    indexed_texts = Library.indexed_texts

    def counting(library: Library, keys: Sequence[int]) -> tuple[str, ...]:
        read.extend(keys)
        return indexed_texts(library, keys)

    monkeypatch.setattr(Library, "indexed_texts", counting)
    guarded.ask(QUESTIONS[0], None, HIDDEN)
    read.clear()
    guarded.ask(QUESTIONS[1], None, HIDDEN)
    assert read == []
    guarded.ask(QUESTIONS[0], None, HIDDEN | {ARTICLE.document_id})
    assert read == guarded.library.keys_of([ARTICLE.document_id]).tolist()
