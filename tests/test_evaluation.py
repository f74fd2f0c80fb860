from collections.abc import Iterator
from dataclasses import replace
from unicodedata import combining, normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.corpus import JudgedQuestion
from retrieval.evaluation import evaluate, strip_diacritics
from retrieval.search import Searcher
from tests.shelf import ARTICLE, DIRECTIVE, REGULATION, open_searcher


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
    composer = searcher.composer
    searcher.composer = replace(composer, strictness=1.0)
    refusing = evaluate(searcher, [FOUND, ABSENT])
    searcher.composer = composer
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
