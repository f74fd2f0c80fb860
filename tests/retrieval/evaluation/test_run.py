from collections.abc import Iterator, Sequence
from dataclasses import replace
from unicodedata import combining, normalize

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval.evaluation.datasets import JudgedQuestion
from retrieval.evaluation.run import Result, Way, ask_all, evaluate, strip_diacritics
from retrieval.pipeline import Searcher
from tests.support.encoders import HashingEncoder
from tests.support.sample_library import ARTICLE, DIRECTIVE, REGULATION, open_searcher


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    opened = open_searcher(tmp_path_factory.mktemp("data"))
    yield opened
    opened.library.close()


def judged(
    question: str, relevant: str | None = None, answers: tuple[str, ...] = ()
) -> JudgedQuestion:
    rows = frozenset({relevant} if relevant else ())
    return JudgedQuestion(question, question, rows, answers, unanswerable=relevant is None)


FOUND = judged(
    "Cuộc họp chuyên đề kéo dài bao lâu?", DIRECTIVE.document_id, ("không quá nửa ngày",)
)
MISJUDGED = judged("Giấy mời gửi trước mấy ngày?", REGULATION.document_id, ("một năm",))
ABSENT = judged("Giá vàng hôm nay thế nào?")


def test_question_that_finds_its_document_scores_full_marks(searcher: Searcher) -> None:
    report = evaluate(searcher, [FOUND])
    assert report.questions == 1
    assert (report.hit_at_1, report.hit_at_5, report.mrr_at_10, report.ndcg_at_10) == (1, 1, 1, 1)
    assert report.answer_in_quote == 1


def test_question_whose_document_comes_later_counts_at_five_only(searcher: Searcher) -> None:
    report = evaluate(searcher, [FOUND, MISJUDGED])
    assert (report.hit_at_1, report.hit_at_5) == (0.5, 1)
    assert report.mrr_at_10 is not None
    assert 0.5 < report.mrr_at_10 < 1
    assert report.answer_in_quote == 0.5


def test_what_nobody_judged_is_not_reported(searcher: Searcher) -> None:
    report = evaluate(searcher, [replace(FOUND, answers=())])
    assert report.answer_in_quote is None
    assert report.refusal_auroc is None
    assert report.refusal_precision is None
    assert report.refusal_recall is None
    only_absent = evaluate(searcher, [ABSENT])
    assert only_absent.hit_at_1 is None
    assert only_absent.refusal_precision_at_recall_80 is None


def test_refusals_are_counted_as_they_were_made(searcher: Searcher) -> None:
    answering = evaluate(searcher, [FOUND, ABSENT])
    assert (answering.refusal_precision, answering.refusal_recall) == (None, 0)
    refusing = evaluate(replace(searcher, strictness=1.0), [FOUND, ABSENT])
    assert (refusing.refusal_precision, refusing.refusal_recall) == (0.5, 1)


def test_doubt_is_greater_where_nothing_answers(searcher: Searcher) -> None:
    report = evaluate(searcher, [FOUND, ABSENT])
    assert report.refusal_auroc == 1
    assert report.refusal_precision_at_recall_80 == 1


def test_stripped_questions_are_asked_without_marks(searcher: Searcher) -> None:
    assert evaluate(searcher, [FOUND], stripped=True).hit_at_1 == 1


@pytest.mark.parametrize("legs", ["dense", "sparse", "hybrid"])
def test_each_leg_can_be_measured_alone(searcher: Searcher, legs: str) -> None:
    text = ARTICLE.text.splitlines()[1]  # shares every word with its passage
    report = evaluate(searcher, [judged(text, ARTICLE.document_id)], legs=legs)  # type: ignore[arg-type]
    assert report.hit_at_1 == 1


def test_progress_is_told_after_every_question(searcher: Searcher) -> None:
    told: list[tuple[int, int]] = []
    evaluate(searcher, [FOUND, ABSENT], on_progress=lambda *done: told.append(done))
    assert told == [(1, 2), (2, 2)]


def test_times_are_measured_and_ordered(searcher: Searcher) -> None:
    report = evaluate(searcher, [FOUND, MISJUDGED, ABSENT])
    assert 0 < report.p50_ms <= report.p95_ms


def asked(searcher: Searcher, question: JudgedQuestion, way: Way = Way()) -> Result:  # noqa: B008  # frozen
    (run,) = ask_all(searcher, [question], [way])
    (result,) = run.results
    return result


@pytest.mark.parametrize("end_to_end", [False, True])
def test_right_reply_holds_the_answer_and_cites_a_relevant_document(
    searcher: Searcher, end_to_end: bool
) -> None:
    way = Way(end_to_end=end_to_end)
    assert asked(searcher, FOUND, way).outcome.right is True
    other = replace(FOUND, relevant=frozenset({REGULATION.document_id}))
    assert asked(searcher, other, way).outcome.right is False
    assert asked(searcher, replace(FOUND, answers=()), way).outcome.right is None


def test_list_is_right_when_all_of_its_parts_are_shown(searcher: Searcher) -> None:
    whole = replace(FOUND, parts=("cuộc họp chuyên đề", "nửa ngày"))
    assert asked(searcher, whole).outcome.right is True
    assert asked(searcher, replace(FOUND, parts=("nửa ngày", "hai ngày"))).outcome.right is False


@pytest.mark.parametrize(
    ("answer", "right"),
    [("77,78%", True), ("7,78%", True), ("78%", False), ("588", True), ("58", False)],
)
def test_figure_is_shown_only_as_a_whole(searcher: Searcher, answer: str, right: bool) -> None:
    question = replace(
        judged("Bao nhiêu thôn trưởng là đảng viên, đạt 77,78%?", ARTICLE.document_id),
        answers=(answer,),
    )
    assert asked(searcher, question).outcome.right is right


def test_computed_answer_is_not_looked_for_in_the_quote(searcher: Searcher) -> None:
    question = judged("Mục tiêu thôn trưởng là đảng viên là bao nhiêu?", ARTICLE.document_id)
    result = asked(searcher, replace(question, answers=("70%",), computed=True))
    assert (result.outcome.quoted, result.outcome.right) == (None, True)


def test_refusing_is_right_only_where_nothing_answers(searcher: Searcher) -> None:
    strict = replace(searcher, strictness=1.0)
    assert asked(strict, ABSENT).outcome.right is True
    assert asked(strict, FOUND).outcome.right is False
    assert asked(searcher, ABSENT).outcome.right is False


def test_document_that_is_not_there_is_refused_end_to_end(searcher: Searcher) -> None:
    absent = judged("Quy định 99-QĐ/TU quy định gì?")
    assert asked(searcher, absent, Way(end_to_end=True)).outcome.right is True
    assert asked(searcher, absent).outcome.right is False  # the ranking alone knows no numbers


def test_ways_share_one_encoding(searcher: Searcher) -> None:
    wordings: list[str] = []

    class Counting(HashingEncoder):
        def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
            wordings.extend(texts)
            return super().encode_queries(texts)

    counting = replace(searcher, encoder=Counting(256))
    runs = ask_all(counting, [FOUND, MISJUDGED], [Way(), Way("dense"), Way("sparse")])
    questions = [text for text in wordings if text != "khởi động"]
    assert len(questions) == len(set(questions)) == 2
    assert [run.way.legs for run in runs] == ["hybrid", "dense", "sparse"]
    assert all(one.milliseconds > 0 for run in runs for one in run.outcomes)


def test_ranking_alone_draws_no_reply(searcher: Searcher) -> None:
    result = asked(searcher, FOUND, Way("sparse", judged=False))
    outcome = result.outcome
    assert result.reply is None
    assert (outcome.rank, outcome.gain) == (1, 1)
    assert {outcome.quoted, outcome.right, outcome.refused, outcome.confidence} == {None}


def test_kind_is_the_given_one_or_what_the_question_asks_for(searcher: Searcher) -> None:
    assert asked(searcher, FOUND).outcome.kind == "duration"
    assert asked(searcher, replace(FOUND, kind="how_many")).outcome.kind == "how_many"


@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyạảãáàởữĐỬẤ 0123456789,.?!-/", max_size=60))
def test_stripping_leaves_letters_case_and_length(text: str) -> None:
    bare = strip_diacritics(text)
    assert bare.isascii()
    assert len(bare) == len(text)
    assert strip_diacritics(bare) == bare
    for letter, plain in zip(text, bare, strict=True):
        assert letter.isupper() == plain.isupper()
        assert letter in "đĐ" or normalize("NFD", letter)[0] == plain
    assert not any(map(combining, bare))
