import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.splitting.passages import indexed_text, split
from retrieval.answer import Answer, NoAnswer
from retrieval.evaluation.run import strip_diacritics
from retrieval.pipeline import Searcher
from retrieval.ranking.ranking import Ranked
from retrieval.ranking.retrieve import Legs
from tests.support.encoders import HashingEncoder
from tests.support.sample_library import (
    ARTICLE,
    DIRECTIVE,
    DOCUMENTS,
    OLDER,
    REGULATION,
    open_searcher,
    shelve,
)


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    opened = open_searcher(tmp_path_factory.mktemp("data"))
    yield opened
    opened.library.close()


def answered(searcher: Searcher, question: str) -> Answer:
    reply = searcher.ask(question).reply
    assert isinstance(reply, Answer)
    return reply


@pytest.mark.parametrize(
    "question",
    [
        "what was the target ratio of village heads who are party members",
        "Mục tiêu tỷ lệ thôn trưởng là đảng viên là bao nhiêu?",
        "muc tieu ty le thon truong la dang vien la bao nhieu",
        "Mục tiêu của Nghị quyết 03-NQ/TU về tỷ lệ thôn trưởng là đảng viên là bao nhiêu?",
    ],
)
def test_target_that_is_never_stated_is_computed_from_the_quoted_sentence(
    searcher: Searcher, question: str
) -> None:
    reply = answered(searcher, question)
    assert reply.derivation == "77,78% − 7,78% = 70%"
    assert reply.text == "70% (77,78% − 7,78%)"
    assert reply.citations[0].document_id == ARTICLE.document_id
    assert "vượt 7,78% so với mục tiêu" in reply.citations[0].quote


def test_question_without_diacritics_finds_the_same_passage(searcher: Searcher) -> None:
    question = "Đảng viên đi dưới 03 tháng báo cáo chi bộ trước bao nhiêu ngày?"
    marked, bare = searcher.ask(question), searcher.ask(strip_diacritics(question))
    assert marked.hits[0].passage == bare.hits[0].passage
    assert bare.understood_as.lower() == question.lower()


@pytest.mark.parametrize("name", ["QĐ 15", "quy dinh so 15 cua tinh uy", "15-qđ/tu", "15 QD/TU"])
def test_named_document_alone_is_answered_from(searcher: Searcher, name: str) -> None:
    response = searcher.ask(f"{name}: thời hạn báo cáo chi bộ khi đi làm ăn xa")
    assert {hit.passage.document_id for hit in response.hits} == {REGULATION.document_id}


@pytest.mark.parametrize("name", ["16-QĐ/TU", "nghị quyết 99", "Kết luận số 21", "NQ 07"])
def test_number_that_nobody_bears_is_refused_by_name(searcher: Searcher, name: str) -> None:
    reply = searcher.ask(f"{name} quy định gì về đảng viên đi làm ăn xa?").reply
    assert isinstance(reply, NoAnswer)
    assert reply.reason == "no_such_document"
    assert reply.subject == name


def test_answer_from_a_document_about_the_named_one_says_so(searcher: Searcher) -> None:
    reply = answered(searcher, "Nghị quyết 03-NQ/TU: có bao nhiêu thôn trưởng là đảng viên?")
    assert reply.absent == "03-NQ/TU"
    assert "588/756" in reply.text


def test_named_place_is_shown_whole(searcher: Searcher) -> None:
    reply = answered(searcher, "Điều 5 khoản 2 của quy định 15")
    assert reply.text.startswith("2. Đảng viên đi từ 03 tháng trở lên")
    assert reply.text.endswith("tạm thời.")


@pytest.mark.parametrize(
    "question", ["QĐ 15 nói gì?", "Nội dung chính của quy định 15-QĐ/TU là gì"]
)
def test_question_about_a_document_is_answered_with_how_it_begins(
    searcher: Searcher, question: str
) -> None:
    reply = answered(searcher, question)
    assert reply.citations[0].title == REGULATION.title
    assert reply.text.startswith("Điều 5. Thủ tục sinh hoạt đảng")


def test_place_that_a_document_lacks_is_refused(searcher: Searcher) -> None:
    reply = searcher.ask("Điều 20 của quy định 15 nói gì?").reply
    assert isinstance(reply, NoAnswer)
    assert (reply.reason, reply.subject) == ("no_such_place", "Điều 20")


def test_replaced_document_is_marked(searcher: Searcher) -> None:
    reply = answered(searcher, "Quy định 22-QĐ/TU yêu cầu báo cáo trước bao nhiêu ngày?")
    assert reply.citations[0].document_id == OLDER.document_id
    assert reply.citations[0].replaced_by == "15-QĐ/TU"


def test_removed_document_is_never_cited_again(tmp_path: Path) -> None:
    searcher = open_searcher(tmp_path)
    question = "Cuộc họp chuyên đề kéo dài bao lâu?"
    cited = answered(searcher, question).citations[0].document_id
    searcher.library.remove(cited)
    response = searcher.ask(question)
    assert cited not in {hit.passage.document_id for hit in response.hits}
    searcher.library.close()


def test_added_document_is_found_without_reopening(tmp_path: Path) -> None:
    searcher = open_searcher(tmp_path, DOCUMENTS[1:])
    shelve(searcher.library, searcher.encoder, [REGULATION])  # type: ignore[arg-type]
    reply = answered(searcher, "giới thiệu sinh hoạt đảng tạm thời từ 03 tháng trở lên")
    assert reply.citations[0].document_id == REGULATION.document_id
    searcher.library.close()


def test_same_text_from_two_documents_is_shown_once(tmp_path: Path) -> None:
    twin = replace(ARTICLE, document_id="f" * 12, sha256="f" * 64, title="Bản đăng lại")
    searcher = open_searcher(tmp_path, (ARTICLE, twin))
    texts = [hit.passage.text for hit in searcher.ask("thôn trưởng là đảng viên").hits]
    assert len(texts) == len(set(texts))
    searcher.library.close()


def test_empty_question_and_empty_library_are_told_apart(tmp_path: Path) -> None:
    searcher = open_searcher(tmp_path, ())
    reasons = []
    for question in (" ?! ", "Đảng phí là gì?"):
        reply = searcher.ask(question).reply
        assert isinstance(reply, NoAnswer)
        reasons.append(reply.reason)
    assert reasons == ["empty_question", "empty_library"]
    searcher.library.close()


def test_strictness_of_one_refuses_and_offers_what_is_near(tmp_path: Path) -> None:
    searcher = replace(open_searcher(tmp_path), strictness=1.0)
    reply = searcher.ask("Giá vàng hôm nay thế nào?").reply
    assert isinstance(reply, NoAnswer)
    assert reply.reason == "low_confidence"
    assert reply.nearest
    searcher.library.close()


WORDS = (
    "đảng viên chi bộ báo cáo ngày tháng 03 15 22 quy định nghị quyết NQ QĐ tỷ lệ thôn trưởng mục "
    "tiêu vượt tăng tổng số bao nhiêu ai khi nào ở đâu the what 🙂 % / - điều 5 khoản 2 03-NQ/TU "
    "09-CT/TU"
).split()
questions = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)
asking = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))


@given(questions)
@asking
def test_every_quote_stands_in_its_passage(searcher: Searcher, question: str) -> None:
    response = searcher.ask(question)
    reply = response.reply
    citations = reply.citations if isinstance(reply, Answer) else reply.nearest
    for citation in (*citations, *response.sources):
        passage = searcher.library.passage(citation.passage_id)
        assert passage is not None
        start = citation.quote_start
        assert passage.text[start : start + len(citation.quote)] == citation.quote
        assert citation.quote


@given(questions)
@asking
def test_every_answer_is_quoted_or_computed_from_its_quote(
    searcher: Searcher, question: str
) -> None:
    reply = searcher.ask(question).reply
    if not isinstance(reply, Answer):
        return
    quote = reply.citations[0].quote
    if reply.derivation is None:
        assert reply.text in quote
    else:
        terms = reply.derivation.partition(" = ")[0]
        assert all(figure in quote for figure in re.findall(r"\d[\d.]*(?:,\d+)?%?", terms))
    assert all(0 <= a < b <= len(reply.text) for a, b in reply.highlights)
    assert 0 <= reply.confidence <= 1


@given(questions)
@asking
def test_hits_are_ranked_each_with_its_source(searcher: Searcher, question: str) -> None:
    response = searcher.ask(question)
    assert [hit.rank for hit in response.hits] == list(range(1, len(response.hits) + 1))
    assert [hit.passage.passage_id for hit in response.hits] == [
        source.passage_id for source in response.sources
    ]
    assert len({hit.passage.passage_id for hit in response.hits}) == len(response.hits)


@given(questions)
@asking
def test_same_question_gets_the_same_reply(searcher: Searcher, question: str) -> None:
    once, again = searcher.ask(question), searcher.ask(question)
    assert replace(once, elapsed_ms=0) == replace(again, elapsed_ms=0)


def test_every_passage_finds_its_own_place_first_with_and_without_marks(
    searcher: Searcher,
) -> None:
    for document in DOCUMENTS:
        for passage in searcher.library.passages_of(document.document_id):
            for typed in (passage.text, strip_diacritics(passage.text)):
                # without the numbers that it names, which would be answered from those documents
                question = searcher.understand(typed)
                ranked = searcher.rank(question)
                assert passage in [candidate.passage for candidate in ranked.group()]
                assert searcher.judge(question, ranked).hits[0].passage == passage


@pytest.mark.parametrize("legs", ["dense", "sparse", "hybrid"])
def test_each_leg_finds_the_passage_alone(searcher: Searcher, legs: Legs) -> None:
    question = searcher.understand("Giấy mời gửi trước ba ngày làm việc")
    assert searcher.rank(question, legs).best.passage.document_id == DIRECTIVE.document_id


def test_two_named_documents_are_both_searched_and_no_other(searcher: Searcher) -> None:
    response = searcher.ask("QĐ 15 và CT 09: đảng viên báo cáo, giấy mời gửi trước mấy ngày?")
    assert {hit.passage.document_id for hit in response.hits} == {
        REGULATION.document_id,
        DIRECTIVE.document_id,
    }


def test_replaced_text_is_never_answered_from(tmp_path: Path) -> None:
    searcher = open_searcher(tmp_path)
    newer = replace(
        DIRECTIVE,
        document_id="e" * 12,
        sha256="e" * 64,
        text="1. Cuộc họp chuyên đề không quá hai giờ.",
    )
    passages = split(newer)
    texts = [indexed_text(newer.title, passage) for passage in passages]
    fingerprint = searcher.encoder.fingerprint
    searcher.library.store_vectors(fingerprint, texts, searcher.encoder.encode_passages(texts))
    searcher.library.replace(DIRECTIVE.document_id, newer, passages)
    response = searcher.ask("Cuộc họp chuyên đề kéo dài bao lâu?")
    assert isinstance(response.reply, Answer)
    assert "hai giờ" in response.reply.text
    assert DIRECTIVE.document_id not in {hit.passage.document_id for hit in response.hits}
    searcher.library.close()


def test_number_of_a_removed_document_is_no_longer_known(tmp_path: Path) -> None:
    searcher = open_searcher(tmp_path)
    question = "Chỉ thị 09-CT/TU: giấy mời gửi trước mấy ngày?"
    assert answered(searcher, question).citations[0].document_id == DIRECTIVE.document_id
    searcher.library.remove(DIRECTIVE.document_id)
    reply = searcher.ask(question).reply
    assert isinstance(reply, NoAnswer)
    assert (reply.reason, reply.subject) == ("no_such_document", "09-CT/TU")
    searcher.library.close()


def test_successor_itself_is_not_marked_as_replaced(searcher: Searcher) -> None:
    reply = answered(searcher, "Quy định 15-QĐ/TU: chi bộ giữ liên hệ mấy tháng một lần?")
    assert reply.citations[0].replaced_by is None


def test_questions_from_many_threads_get_the_replies_of_one(searcher: Searcher) -> None:
    asked = [
        "Cuộc họp chuyên đề kéo dài bao lâu?",
        "Mục tiêu tỷ lệ thôn trưởng là đảng viên là bao nhiêu?",
        "Điều 5 khoản 2 của quy định 15",
        "NQ 07 nói gì?",
    ] * 3
    alone = [searcher.ask(question).reply for question in asked]
    with ThreadPoolExecutor(4) as pool:
        together = [response.reply for response in pool.map(searcher.ask, asked)]
    assert together == alone


def test_question_of_any_length_is_answered(searcher: Searcher) -> None:
    response = searcher.ask("Giấy mời gửi trước mấy ngày làm việc? " * 500)
    assert response.hits[0].passage.document_id == DIRECTIVE.document_id


@pytest.mark.parametrize("question", ["đảng viên đi xa báo cáo chi bộ trước mấy ngày", "báo cáo"])
def test_replaced_document_ranks_under_its_successor(searcher: Searcher, question: str) -> None:
    ranked = searcher.rank(searcher.understand(question)).documents()
    assert ranked.index(REGULATION.document_id) < ranked.index(OLDER.document_id)


def test_replaced_document_that_alone_fits_stays_first(searcher: Searcher) -> None:
    text = "Trách nhiệm của đảng viên đi làm ăn xa: làm đơn báo cáo chi bộ ít nhất 15 ngày trước"
    ranked = searcher.rank(searcher.understand(text))
    pairs = ((OLDER.document_id, ARTICLE.document_id),)  # nothing of the article fits
    again = Ranked.by(ranked.pool, ranked.rows, ranked.scores, ranked.idf, pairs)
    older = again.documents().index(OLDER.document_id)
    assert older < again.documents().index(ARTICLE.document_id)


def test_text_that_stands_in_several_documents_is_shown_once_with_all_its_sources(
    tmp_path: Path,
) -> None:
    copied = replace(
        DIRECTIVE, document_id="c" * 12, number="10-CT/TU", sha256="c" * 64, source="10.txt"
    )
    searcher = open_searcher(tmp_path)
    with searcher.library as library:
        assert isinstance(searcher.encoder, HashingEncoder)
        shelve(library, searcher.encoder, (copied,))
        question = "cuộc họp chuyên đề không quá bao lâu, giấy mời gửi trước mấy ngày làm việc"
        response = searcher.ask(question)
        assert isinstance(response.reply, Answer)
        cited = [citation.number for citation in response.reply.citations]
        assert sorted(filter(None, cited)) == ["09-CT/TU", "10-CT/TU"]
        assert len({citation.quote for citation in response.reply.citations}) == 1
        texts = [hit.passage.text for hit in response.hits]
        assert len(texts) == len(set(texts))
