"""Text in images, through the program tesseract."""

import csv
import io
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from statistics import median

from documents.errors import DocumentError
from documents.formats.paragraphs import Line, paragraphs
from documents.vietnamese.legibility import legibility
from documents.vietnamese.normalize import is_syllable, normalize

_LANGUAGE = "vie"
_ORIENTATION = "osd"
_FEWEST_WORDS = 8  # on a page that lies as it should
_SECONDS = 120  # for one page; a full page takes about five
_SURE = 50  # per cent; noise that is no syllable is seldom surer
_HEAD_LINES = 8
_COLUMN_GAP = 2.0  # times the letters' height: three times what parts words
REMEDY = "hãy cài tesseract và dữ liệu tiếng Việt (apt install tesseract-ocr tesseract-ocr-vie)"


@lru_cache(maxsize=1)
def can_recognise() -> bool:
    """Whether tesseract is installed with its Vietnamese data."""
    return _LANGUAGE in _installed()


@lru_cache(maxsize=1)
def can_turn() -> bool:
    """Whether tesseract has the data by which it tells how a page lies."""
    return _ORIENTATION in _installed()


def _installed() -> frozenset[str]:
    if shutil.which("tesseract") is None:
        return frozenset()
    listed = subprocess.run(
        ["tesseract", "--list-langs"], capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    return frozenset(listed.stdout.split())


def read_image(path: Path) -> tuple[str, tuple[int, ...]]:
    """Return the text of a photographed or scanned page, a paragraph a line."""
    if not can_recognise():
        raise DocumentError(path, f"tệp ảnh chỉ đọc được khi có chương trình nhận dạng; {REMEDY}.")
    return paragraphs(recognised_pages(path.read_bytes(), str(path)))


def recognised(image: bytes, name: str) -> list[Line]:
    """Return the lines of an image of one page (PNG, JPEG or PGM), placed in its pixels."""
    return [line for page in recognised_pages(image, name) for line in page]


def recognised_pages(image: bytes, name: str) -> list[list[Line]]:
    """Return the lines of each page: a fax or a scanner's TIFF may hold several.

    What comes out illegible is read again as a page that may lie on its side.
    """
    pages = _recognised(image, name)
    if can_turn() and not all(map(_reads_well, pages)):
        turned = _recognised(image, name, "--psm", "1")
        if len(turned) == len(pages):
            pairs = zip(pages, turned, strict=True)
            pages = [max(pair, key=lambda page: legibility(_text(page)).score) for pair in pairs]
    return pages


def _text(lines: Iterable[Line]) -> str:
    return "\n".join(line.text for line in lines)


def _reads_well(lines: Sequence[Line]) -> bool:
    found = legibility(_text(lines))
    return found.words >= _FEWEST_WORDS and found.is_sound


def _recognised(image: bytes, name: str, *options: str) -> list[list[Line]]:
    command = ["tesseract", "stdin", "stdout", "-l", _LANGUAGE, *options, "tsv"]
    try:
        done = subprocess.run(
            command, input=image, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise DocumentError(name, "nhận dạng chữ quá lâu; hãy quét lại rõ hơn.") from error
    if done.returncode != 0:
        raise DocumentError(name, "tệp ảnh hỏng, không nhận dạng được; hãy quét lại.")
    return _pages(done.stdout.decode(errors="replace"))


def _pages(table: str) -> list[list[Line]]:
    rows = csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [_lines(page) for _, page in groupby(rows, key=itemgetter("page_num"))]


def _lines(rows: Iterable[dict[str, str]]) -> list[Line]:
    """Join the words of a page's rows into lines, and part the columns of a letterhead."""
    words: dict[tuple[str, str, str], list[Line]] = {}
    heights: list[int] = []
    for row in rows:
        if row["level"] == "5" and not _is_noise(row["text"] or "", float(row["conf"])):
            left, width = int(row["left"]), int(row["width"])
            place = (row["block_num"], row["par_num"], row["line_num"])
            words.setdefault(place, []).append(Line(row["text"], left, left + width))
            heights.append(int(row["height"]))
    gap = _COLUMN_GAP * median(heights) if heights else 0
    lines: list[Line] = []
    for line in words.values():
        lines.extend(_columns(line, gap) if len(lines) < _HEAD_LINES else [_joined(line)])
    return lines


def _is_noise(text: str, confidence: float) -> bool:
    """Whether a mark was hardly a word: a stamp's edge, a fold, a signature."""
    letters = re.sub(r"[\W_]+", "", normalize(text))
    if not letters:
        return text.strip("-–—./,;: ") != "" or confidence < _SURE
    return confidence < _SURE and not letters.isdigit() and not is_syllable(letters)


def _columns(words: list[Line], gap: float) -> list[Line]:
    columns = [[words[0]]]
    for word in words[1:]:
        if word.left - columns[-1][-1].right > gap:
            columns.append([])
        columns[-1].append(word)
    return [_joined(column) for column in columns]


def _joined(words: list[Line]) -> Line:
    return Line(" ".join(word.text for word in words), words[0].left, words[-1].right)
