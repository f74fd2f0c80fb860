"""The question set that ships: as varied as promised, and every expected answer stands there."""

import json
import re
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from documents.formats.read import read
from retrieval.evaluation.run import strip_diacritics
from retrieval.question.question import is_english

SAMPLES = Path(__file__).parents[2] / "documents" / "samples"
ROWS = tuple(
    json.loads(line) for line in (SAMPLES / "questions.jsonl").read_text("utf-8").splitlines()
)
ANSWERABLE = tuple(row for row in ROWS if row["kind"] != "no_answer")
KINDS = "how_many percentage when who where why what how condition yes_no list target earlier"


def sources(row: dict[str, Any]) -> list[str]:
    return [row["source"]] if isinstance(row["source"], str) else list(row["source"])


@cache
def text_of(source: str) -> str:
    return plain(read(SAMPLES / source).text)


def plain(text: str) -> str:
    return " ".join(text.lower().split())


def test_set_is_as_large_and_as_varied_as_promised() -> None:
    english = [row for row in ROWS if is_english(row["question"])]
    bare = [row for row in ROWS if row["question"].isascii() and row not in english]
    assert len(ROWS) >= 60
    assert len(bare) >= len(ROWS) / 3
    assert len(english) >= 10
    assert len(ROWS) - len(ANSWERABLE) >= 15


def test_every_kind_of_question_is_asked_more_than_once() -> None:
    counts = Counter(row["kind"] for row in ANSWERABLE)
    assert set(counts) == set(KINDS.split())
    assert min(counts.values()) >= 2


def test_every_sample_document_is_asked_about() -> None:
    asked = {source for row in ANSWERABLE for source in sources(row)}
    documents = {path.name for path in SAMPLES.iterdir()} - {"README.md", "questions.jsonl"}
    assert asked == documents


def test_ids_and_questions_are_unique() -> None:
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert len({strip_diacritics(row["question"]).lower() for row in ROWS}) >= len(ROWS) - 1


@pytest.mark.parametrize("row", ANSWERABLE, ids=lambda row: str(row["id"]))
def test_expected_answer_stands_in_its_document_or_follows_from_it(row: dict[str, Any]) -> None:
    stated = [row["answers"][0], *row.get("parts", ())]
    texts = [text_of(source) for source in sources(row)]
    if "computed" not in row:
        assert [one for one in stated if plain(one) not in texts[0]] == []
        return
    terms = re.findall(r"[\d,]+%", row["computed"])
    assert [term for term in terms if term not in texts[0]] == []
    left, right, answer = (number(one) for one in (*terms, *row["answers"]))
    assert left - right == answer


def test_lists_and_steps_name_all_of_their_parts() -> None:
    parted = {row["kind"] for row in ANSWERABLE if len(row.get("parts", ())) >= 2}
    assert parted >= {"list", "condition", "how"}
    assert [row["id"] for row in ANSWERABLE if row["kind"] == "list" and "parts" not in row] == []


def number(percentage: str) -> Decimal:
    return Decimal(percentage.rstrip("%").replace(",", "."))


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row["kind"] == "no_answer"], ids=lambda row: str(row["id"])
)
def test_unanswerable_question_names_no_source_and_no_answer(row: dict[str, Any]) -> None:
    assert (row["source"], row["answers"]) == (None, [])


def test_readmes_count_the_questions() -> None:
    root = SAMPLES.parent.parent
    assert f"[{len(ROWS)} sample questions]" in (root / "README.md").read_text("utf-8")
    assert f"[{len(ROWS)} câu hỏi mẫu]" in (root / "README.vi.md").read_text("utf-8")
