"""The committee's own questions as a judged set that ``evaluate`` reads: its regression test.

``questions.jsonl`` holds the promoted questions with what answers them, to be asked on the library
or on ``corpus.jsonl``, its documents as they are now. Nothing in either says who asked.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import ReviewError
from bot.query_log.log import stamp
from bot.review.reader import Reader
from bot.texts import review as texts
from documents import errors
from documents.document import Passage
from documents.store.library import Library

FOLDER = Path("evaluation") / "own"  # under DATA_DIR
QUESTIONS, CORPUS = "questions.jsonl", "corpus.jsonl"


@dataclass(frozen=True, slots=True)
class Promoted:
    """A question of the set; ``passage`` is None where nothing in the library answers it.

    ``source`` names the passage's document so that a newer version of it is meant, too.
    """

    question_id: int
    question: str
    passage: Passage | None
    source: str | None
    answers: tuple[str, ...]


def promote(
    reader: Reader,
    library: Library,
    folder: Path,
    question_id: int,
    passage_id: str | None,
    answer: str | None = None,
) -> Promoted:
    """Put a judged question into the set, in the place of an earlier judgement of it.

    ``passage_id`` is the passage that answers, None for a question that must be refused; ``answer``
    the words of it that do. Raises ReviewError.
    """
    entry = reader.entry(question_id)
    if entry.question is None:
        raise ReviewError(texts.words_not_kept(question_id))
    passage = _passage(library, passage_id) if passage_id else None
    if answer and passage and answer not in passage.text:
        raise ReviewError(texts.not_verbatim(answer, passage.passage_id))
    source = _source(library, passage.document_id) if passage else None
    question = entry.reading or entry.question
    promoted = Promoted(question_id, question, passage, source, (answer,) if answer else ())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        kept = [row for row in _rows(folder / QUESTIONS) if row.get("id") != _id(question_id)]
        _write(folder / CORPUS, _corpus(library))
        _write(folder / QUESTIONS, (*kept, _row(promoted)))
    except OSError as error:
        raise ReviewError(errors.line(error)) from error
    now = stamp(datetime.now(UTC))
    with reader.log.database.writing() as database:
        database.execute(
            "INSERT INTO reviews (question_id, reviewed_at, reviewer, promoted_at)"
            " VALUES (?, ?, ?, ?) ON CONFLICT (question_id)"
            " DO UPDATE SET promoted_at = excluded.promoted_at",
            (question_id, now, reader.who, now),
        )
    return promoted


def _passage(library: Library, passage_id: str) -> Passage:
    passage = library.passage(passage_id)
    if passage is None:
        raise ReviewError(texts.no_such_passage(passage_id))
    return passage


def _source(library: Library, document_id: str) -> str:
    """Return a document's number where it is the only one of that number, else its id."""
    document = library.document(document_id)
    number = document.number if document else None
    return number if number and len(library.find(number)) == 1 else document_id


def _id(question_id: int) -> str:
    return f"log-{question_id}"


def _row(promoted: Promoted) -> dict[str, object]:
    passage = promoted.passage
    row: dict[str, object] = {
        "id": _id(promoted.question_id),
        "question": promoted.question,
        "relevant": [passage.document_id] if passage else [],
        "unanswerable": passage is None,
        "source": promoted.source,
    }
    if promoted.answers:
        row["answers"] = list(promoted.answers)
    if passage:
        row |= {"passage_id": passage.passage_id, "passage": passage.text}
    return row


def _corpus(library: Library) -> Iterable[dict[str, object]]:
    for document in library.documents():
        yield {"id": document.document_id, "title": document.title, "text": document.text}


def _rows(path: Path) -> list[dict[str, object]]:
    """Read the set as it is; raises ReviewError rather than lose a line that cannot be read."""
    if not path.exists():
        return []
    rows = []
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        try:
            row = json.loads(line) if line.strip() else None
        except json.JSONDecodeError as error:
            raise ReviewError(texts.not_json(path, number)) from error
        if isinstance(row, dict):
            rows.append(row)
    return rows


def _write(path: Path, rows: Iterable[dict[str, object]]) -> None:
    """Put a file in its place whole, readable by this account alone."""
    new = path.with_suffix(".new")
    with new.open("w", encoding="utf-8", newline="\n") as file:
        os.fchmod(file.fileno(), 0o600)
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
