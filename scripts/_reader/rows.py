"""Which questions a reader learns from: read from every source; what is left out, and why."""

import gzip
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.review import promotion
from retrieval.question.question import is_english
from scripts._reader.sources import source

WRITTEN = Path(__file__).parent / "written"  # in the repository, not in the wheel
FOLLOW_UP_WORDS = 7  # a shorter question in a dialogue leans on what was said before

MEASURED = "để đo, không để học"  # why rows are left out, as it is printed
FOLLOW_UP = "hỏi tiếp trong hội thoại"
THINNED = "nguồn nhiễu"
NO_TEXT = "không có văn bản"
NO_ANSWER = "không thấy lời đáp trong văn bản"


class RowsError(Exception):
    """Rows that cannot be used; the message names the file and line, and the remedy."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text that questions are about, with its title, which may be empty."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Words of a text that answer, and where they start where that is known."""

    words: str
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A question about a text; ``text_id`` is None where none of the texts answers it.

    ``whole`` is a stretch of the text that is known to answer where no words of it are.
    ``verdict`` is "yes" or "no" as the text says, "neither" for other questions, None where it is
    not known whether yes or no is asked for.
    """

    question: str
    text_id: str | None
    source: str
    answerable: bool
    answers: tuple[Answer, ...] = ()
    whole: str | None = None
    verdict: str | None = None
    is_english: bool = False


@dataclass(slots=True)
class Material:
    """Texts by id and the questions about them; counts of what was left out, by reason."""

    texts: dict[str, Text] = field(default_factory=dict)
    examples: list[Example] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    distractors: set[str] = field(default_factory=set)  # texts used though nobody asks about them


def read_material(
    folders: Sequence[Path], own: Path | None = None, written: Path | None = WRITTEN
) -> Material:
    """Read what lies in folders of the form of the shared data, and the project's own rows.

    A folder may hold ``reading/``, ``alqac/``, ``xquad/``, or texts and questions in the form of
    ``written/``; ``own`` is a data folder with a committee's promoted questions. Raises RowsError.
    """
    material = Material()
    for folder in folders:
        if not _read_folder(folder, material):
            raise RowsError(
                f"{folder}: không có reading/, alqac/, xquad/ hay questions.jsonl để học."
            )
    if written and (written / "questions.jsonl").exists():
        _read_written(written, material, "written")
    if own:
        _read_own(own / promotion.FOLDER, material)
    if not material.examples:
        raise RowsError("Không có câu hỏi nào để học; hãy nêu thư mục dữ liệu.")
    return material


def plain(text: str) -> str:
    """Return the words of a text in lower case: equal for two copies of one text."""
    return re.sub(r"\W+", " ", text.lower()).strip()


def draw(text: str) -> int:
    """Return a number that depends on the text alone, by which rows are parted."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)


def _read_folder(folder: Path, material: Material) -> bool:
    """Read all that a folder holds; whether it holds anything."""
    readers = (
        ("reading/questions.jsonl.gz", _read_reading),
        ("alqac/questions.jsonl", _read_alqac),
        ("xquad/questions.en.jsonl", _read_xquad),
        ("questions.jsonl", _read_given),
    )
    there = [read for needed, read in readers if (folder / needed).exists()]
    for read in there:
        read(folder, material)
    return bool(there)


def _read_reading(folder: Path, material: Material) -> None:
    for row in _rows(folder / "reading" / "passages.jsonl.gz", "id", "text"):
        _add_text(material, str(row["id"]), Text("", str(row["text"])))
    measured = _measured(folder)
    wanted = ("question", "context_id", "answers", "impossible", "src")
    for row in _rows(folder / "reading" / "questions.jsonl.gz", *wanted):
        name, question, text_id = str(row["src"]), str(row["question"]), str(row["context_id"])
        reason = _reason_against(row, material.texts.get(text_id), measured)
        if reason:
            material.left_out[reason] += 1
            continue
        answers = tuple(Answer(str(one["text"]), one.get("start")) for one in row["answers"])
        material.examples.append(
            Example(
                question,
                text_id,
                name,
                answerable=not row["impossible"],
                answers=answers,
                is_english=is_english(question),
            )
        )


def _reason_against(
    row: dict[str, Any], text: Text | None, measured: dict[str, set[str]]
) -> str | None:
    name, question = str(row["src"]), str(row["question"])
    if text is None:
        return NO_TEXT
    words = plain(text.text)
    if words in measured["viquad"] or (name == "xquad" and words in measured["xquad"]):
        return MEASURED
    if name == "vicoqa" and row.get("history") and len(question.split()) < FOLLOW_UP_WORDS:
        return FOLLOW_UP
    one_in = source(name).one_in
    return THINNED if not one_in or draw(question) % one_in else None


def _measured(folder: Path) -> dict[str, set[str]]:
    """Return the texts by which this project is measured: ViQuAD's sample, half of XQuAD's."""
    texts: dict[str, set[str]] = {}
    for name in ("viquad", "xquad"):
        path = folder / name / "corpus.jsonl"
        rows = _rows(path, "id", "text") if path.exists() else ()
        texts[name] = {plain(str(row["text"])) for row in rows}
    texts["xquad"] = {words for words in texts["xquad"] if draw(words) % 2 == 0}
    return texts


def _read_alqac(folder: Path, material: Material) -> None:
    for row in _rows(folder / "alqac" / "corpus.jsonl", "id", "title", "text"):
        text_id = str(row["id"])
        _add_text(material, text_id, Text(str(row["title"]), str(row["text"])))
        material.distractors.add(text_id)
    for row in _rows(folder / "alqac" / "questions.jsonl", "id", "question", "relevant"):
        if draw(str(row["id"])) % 2 == 0 or len(row["relevant"]) != 1:
            material.left_out[MEASURED] += 1
            continue
        text_id = str(row["relevant"][0])
        if text_id not in material.texts:
            material.left_out[NO_TEXT] += 1
            continue
        material.examples.append(
            Example(
                str(row["question"]),
                text_id,
                "alqac_ret",
                answerable=True,
                answers=tuple(Answer(str(words)) for words in row.get("answers") or ()),
                whole=material.texts[text_id].text,
            )
        )


def _read_xquad(folder: Path, material: Material) -> None:
    for row in _rows(folder / "xquad" / "corpus.jsonl", "id", "text"):
        _add_text(material, f"xq:{row['id']}", Text("", str(row["text"])))
    measured = _measured(folder)["xquad"]
    for row in _rows(folder / "xquad" / "questions.en.jsonl", "question", "relevant", "answers"):
        text_id = f"xq:{row['relevant'][0]}"
        if text_id not in material.texts:
            material.left_out[NO_TEXT] += 1
        elif plain(material.texts[text_id].text) in measured:
            material.left_out[MEASURED] += 1
        else:
            material.examples.append(
                Example(
                    str(row["question"]),
                    text_id,
                    "xquad_en",
                    answerable=True,
                    answers=tuple(Answer(str(words)) for words in row["answers"]),
                    is_english=True,
                )
            )


def _read_given(folder: Path, material: Material) -> None:
    """Read rows in the form of ours that somebody else wrote, under terms of their own."""
    _read_written(folder, material, "own")


def _read_written(folder: Path, material: Material, name: str) -> None:
    for row in _rows(folder / "documents.jsonl", "id", "title", "text"):
        _add_text(material, str(row["id"]), Text(str(row["title"]), str(row["text"])))
    for row in _rows(folder / "questions.jsonl", "doc", "q", "answer"):
        text, words = material.texts.get(str(row["doc"])), str(row["answer"])
        if text is None or words not in text.text:
            material.left_out[NO_ANSWER if text else NO_TEXT] += 1
            continue
        question = str(row["q"])
        material.examples.append(
            Example(
                question,
                str(row["doc"]),
                name,
                answerable=bool(words),
                answers=(Answer(words, row.get("start")),) if words else (),
                verdict=row.get("yesno") or "neither",
                is_english=row.get("style") == "english" or is_english(question),
            )
        )


def _read_own(folder: Path, material: Material) -> None:
    """Read a committee's promoted questions; a document that nobody asks about still distracts."""
    for row in _rows(folder / promotion.CORPUS, "id", "title", "text"):
        text_id = f"own:{row['id']}"
        _add_text(material, text_id, Text(str(row["title"]), str(row["text"])))
        material.distractors.add(text_id)
    for row in _rows(folder / promotion.QUESTIONS, "id", "question", "relevant"):
        relevant = [f"own:{one}" for one in row["relevant"]]
        if relevant and relevant[0] not in material.texts:  # removed since
            material.left_out[NO_TEXT] += 1
            continue
        question = str(row["question"])
        material.examples.append(
            Example(
                question,
                relevant[0] if relevant else None,
                "own",
                answerable=bool(relevant),
                answers=tuple(Answer(str(words)) for words in row.get("answers") or ()),
                whole=row.get("passage"),
                is_english=is_english(question),
            )
        )


def _add_text(material: Material, text_id: str, text: Text) -> None:
    if material.texts.setdefault(text_id, text) != text:
        raise RowsError(f"Hai thư mục có hai văn bản khác nhau cùng mã {text_id}.")


def _rows(path: Path, *needed: str) -> Iterator[dict[str, Any]]:
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    except UnicodeDecodeError as error:
        raise RowsError(f"{path}: không phải văn bản UTF-8.") from error
    except (gzip.BadGzipFile, EOFError) as error:
        raise RowsError(f"{path}: tệp nén bị hỏng hoặc thiếu.") from error
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise RowsError(f"{path}, dòng {number}: không phải JSON.") from error
        missing = [name for name in needed if not isinstance(row, dict) or name not in row]
        if missing:
            raise RowsError(f"{path}, dòng {number}: thiếu trường {', '.join(missing)}.")
        yield row
