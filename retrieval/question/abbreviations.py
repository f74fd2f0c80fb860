"""Abbreviations of party and state offices, from a table that staff can extend."""

import re
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path

from documents.vietnamese.document_number import KINDS, codes_in
from documents.vietnamese.normalize import fold, normalize
from retrieval.errors import AbbreviationError

_TOKEN = re.compile(r"[^\W_]+(?:[-/][^\W_]+)?")
_PART_OF_NUMBER = re.compile(r"[/–-]\s*$")
_BEFORE_A_NUMBER = re.compile(r"\s*(?:số\s*)?\d")


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """One row: ``short`` stands for ``full``; ``upper_only`` ones are ordinary syllables too."""

    short: str
    full: str
    upper_only: bool = False


@dataclass(frozen=True)
class Abbreviations:
    """The table, later rows overriding earlier ones.

    ``used`` are those under which documents of the library speak of a thing, once defined.
    """

    rows: tuple[Abbreviation, ...]
    used: tuple[Abbreviation, ...] = ()

    @classmethod
    def load(cls, extra: Path | None = None) -> "Abbreviations":
        """Read the project's table and the staff's own file, if there is one."""
        file = resources.files("retrieval.question").joinpath("data", "abbreviations.tsv")
        table = file.read_text("utf-8")
        rows = _parse(table, "abbreviations.tsv")
        if extra is not None and extra.is_file():
            rows += _parse(_read(extra), str(extra))
        return cls(rows)

    @cached_property
    def _by_spelling(self) -> dict[str, Abbreviation]:
        # with its marks first: TƯ is Trung ương, TU Tỉnh ủy
        return {fold(row.short): row for row in self.rows} | {
            row.short.lower(): row for row in self.rows
        }

    @cached_property
    def folded(self) -> frozenset[str]:
        """The abbreviations as they may be typed, in lower case without marks."""
        return frozenset(fold(row.short) for row in self.rows)

    @cached_property
    def _used_by_name(self) -> tuple[tuple[str, str], ...]:
        return tuple((_words(row.full), fold(row.short)) for row in self.used)

    def shorts_in(self, text: str) -> tuple[str, ...]:
        """Return the folded abbreviations under which documents speak of what a text names."""
        words = _words(text)
        return tuple(short for full, short in self._used_by_name if full in words)

    def expand(self, text: str) -> str:
        """Return the text with its abbreviations written out; parts of document numbers stay.

        "tỷ lệ ĐV ở TCCSĐ" becomes "tỷ lệ đảng viên ở tổ chức cơ sở đảng".
        """
        pieces, end = [], 0
        codes = codes_in(text)
        for match in _TOKEN.finditer(text):
            spellings = self._by_spelling
            row = spellings.get(match[0].lower()) or spellings.get(fold(match[0]))
            if row is None or not self._is_meant(row, match, text):
                continue
            if any(start <= match.start() < stop for start, stop in codes):
                continue  # 03 NQ TU is a number, found by the exact lane
            pieces += [text[end : match.start()], row.full]
            end = match.end()
        return "".join(pieces) + text[end:]

    def _is_meant(self, row: Abbreviation, match: re.Match[str], text: str) -> bool:
        if _PART_OF_NUMBER.search(text[: match.start()]) or re.match(
            r"\s*[-–/]\s*\w", text[match.end() :]
        ):
            return False  # NQ/TU alone is a series of numbers
        if fold(row.full) in KINDS and _BEFORE_A_NUMBER.match(text, match.end()):
            return True  # "bc 318"
        return not row.upper_only or match[0].isupper() or match[0] == row.short


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")  # Windows' Notepad and Excel put a mark before the text
    except (OSError, UnicodeDecodeError) as error:
        raise AbbreviationError(
            f"{path}: không đọc được; hãy lưu lại tệp này ở dạng văn bản mã UTF-8"
        ) from error


def _words(text: str) -> str:
    return f" {' '.join(_TOKEN.findall(fold(text)))} "


def _parse(table: str, name: str) -> tuple[Abbreviation, ...]:
    rows, bad = [], []
    for number, line in enumerate(table.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        short, *rest = (normalize(field).strip() for field in line.split("\t"))
        if short and rest and rest[0]:
            rows.append(Abbreviation(short, rest[0], rest[1:] == ["!"]))
        else:
            bad.append(str(number))
    if bad:
        raise AbbreviationError(
            f"{name}, dòng {', '.join(bad)}: cần hai cột cách nhau bằng dấu tab: "
            "viết tắt, nghĩa đầy đủ"
        )
    return tuple(rows)
