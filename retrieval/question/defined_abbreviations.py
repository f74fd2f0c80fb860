"""Abbreviations that documents define themselves: "tổ chức cơ sở đảng (TCCSĐ)"."""

import hashlib
import json
import logging
import os
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from documents.store.library import Library
from documents.vietnamese.normalize import fold, is_syllable
from retrieval.question.abbreviations import Abbreviation, Abbreviations

_SHORT = r"[A-ZĐ][A-ZĐa-zđ]{0,3}[A-ZĐ](?:[A-ZĐa-zđ-]{0,6}[A-ZĐa-zđ])?"
_CALLED = (
    r"(?:(?:sau đây|dưới đây|từ đây)\s+)?(?:được\s+)?(?:gọi|viết|ghi)\s+(?:tắt\s+)?(?:là|:)\s*"
)
_BEHIND = re.compile(rf"\(\s*(?:{_CALLED}|viết tắt:?\s*)?[“\"]?(?P<short>{_SHORT})[”\"]?\s*\)")
# begins with its bracket, which is rare, so that a library is read in a fraction of a second
_IN_BRACKETS = re.compile(r"\((?P<full>[^()\n]{4,80})\)")
_SHORT_AT_END = re.compile(rf"(?<![\w/-])(?P<short>{_SHORT})\s?$")
# a list of abbreviations: "- TCCSĐ: tổ chức cơ sở đảng", "Viết tắt: TCCSĐ | Viết đầy đủ: ..."
_LISTED = re.compile(
    rf"(?m)^\W*(?:[\w ]{{2,20}}:\s*)?(?P<short>{_SHORT})\s*(?:[:|=–-]|là)\s*"
    r"(?:[\w ]{2,20}:\s*)?(?P<full>[^|\n]{4,80})"
)
_LISTS = re.compile(r"[Vv]iết tắt|VIẾT TẮT")
_WORD = re.compile(r"[^\W\d_]+")
_ENDS = re.compile(r"[.;:!?\n()]")
_PASSED_OVER = frozenset("và của các cho về trong ở với là".split())
_MOST_PASSED_OVER = 2
_LOOKED_BACK = 120  # characters; the longest name of an office that has an abbreviation
_RULES = 1  # raise when other definitions are found in the same text
_USED = 3  # times a document must use what it defines for questions to be looked up by it


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Definition:
    """An abbreviation of one document; ``is_used`` when its text goes on with it."""

    document_id: str
    short: str
    full: str
    is_used: bool


def definitions_in(document_id: str, text: str) -> tuple[Definition, ...]:
    """Return what a document's text defines, each once; initials must agree letter by letter."""
    found: dict[str, str] = {}
    for match in _BEHIND.finditer(text):
        before = text[max(0, match.start() - _LOOKED_BACK) : match.start()]
        _keep(found, match["short"], _ending_in(before, match["short"]))
    for match in _IN_BRACKETS.finditer(text):
        lead = text[max(0, match.start() - 14) : match.start()]
        named = _SHORT_AT_END.search(lead) if lead[-2:].strip()[-1:].isalpha() else None
        if named is not None:
            _keep(found, named["short"], _beginning(match["full"], named["short"]))
    for match in _LISTED.finditer(text) if _LISTS.search(text) else ():
        _keep(found, match["short"], _beginning(match["full"], match["short"]))
    return tuple(
        Definition(document_id, short, full, _uses(text, short) >= _USED)
        for short, full in found.items()
    )


@dataclass(frozen=True)
class Definitions:
    """What each document of a library defines."""

    documents: tuple[tuple[str, tuple[Definition, ...]], ...] = ()

    def followed(self, library: Library) -> "Definitions":
        """Return those of the library as it is now; a document looked through is not again.

        A document's id is made of its content, so that its definitions never change. Of a text that
        is damaged nothing is known.
        """
        known = dict(self.documents)
        ids = library.document_ids()
        new = [one for one in ids if one not in known]
        known |= {one: definitions_in(one, text) for one, text in library.texts_of(new)}
        return Definitions(tuple((one, known[one]) for one in ids if one in known))

    @classmethod
    def load(cls, path: Path) -> "Definitions":
        """Read what save() wrote, so that a start need not look through every document.

        A file that is missing, damaged or of other rules counts for nothing.
        """
        try:
            stored = json.loads(path.read_text("utf-8"))
            if stored["rules"] != _RULES:
                return cls()
            if stored.get("checksum") != _checksum(stored["documents"]):
                log.warning("%s is not used: it is not as it was written", path)
                return cls()
            return cls(
                tuple(
                    (one, tuple(Definition(one, str(a), str(b), bool(c)) for a, b, c in found))
                    for one, found in stored["documents"].items()
                )
            )
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            log.warning("%s is not used: %s", path, error)
            return cls()

    def save(self, path: Path) -> None:
        """Write the file anew; where that fails the next start looks through the documents."""
        found = {
            one: [(each.short, each.full, each.is_used) for each in definitions]
            for one, definitions in self.documents
        }
        draft = path.with_name(f".{path.name}-{os.getpid()}")
        try:
            stored = {"rules": _RULES, "documents": found, "checksum": _checksum(found)}
            draft.write_text(json.dumps(stored, ensure_ascii=False), "utf-8")
            draft.replace(path)
        except OSError as error:
            log.warning("%s is not written: %s", path, error)
            draft.unlink(missing_ok=True)

    def without(self, hidden: frozenset[str]) -> tuple[Definition, ...]:
        """Return the definitions of all documents but the hidden ones."""
        return tuple(
            definition
            for document_id, definitions in self.documents
            if document_id not in hidden
            for definition in definitions
        )


def _checksum(documents: object) -> str:
    return hashlib.sha256(json.dumps(documents).encode()).hexdigest()


def with_defined(table: Abbreviations, definitions: Sequence[Definition]) -> Abbreviations:
    """Return the table with what documents define beside it; the table's own rows come first.

    An abbreviation that documents define differently means what most of them mean by it.
    """
    taken = {fold(row.short) for row in table.rows}
    meanings: dict[str, Counter[str]] = defaultdict(Counter)
    spelt: dict[str, str] = {}
    for one in definitions:
        meanings[one.short][fold(one.full)] += 1
        spelt.setdefault(fold(one.full), one.full)
    rows = []
    for short, counts in meanings.items():
        ranked = counts.most_common(2)
        alone = len(ranked) == 1 or ranked[0][1] > ranked[1][1]
        if alone and fold(short) not in taken:
            rows.append(Abbreviation(short, spelt[ranked[0][0]], is_syllable(fold(short))))
    used = {one.short: Abbreviation(one.short, one.full) for one in definitions if one.is_used}
    return Abbreviations((*rows, *table.rows), tuple(used.values()))


def _keep(found: dict[str, str], short: str, full: str | None) -> None:
    if full is not None:
        found.setdefault(short, full)


def _uses(text: str, short: str) -> int:
    return len(re.findall(rf"(?<!\w){re.escape(short)}(?!\w)", text))


def _letters(short: str) -> str:
    return "".join(letter for letter in short.upper() if letter.isalpha())


def _initial(word: str) -> str:
    """Return a word's first letter as abbreviations have it: "Ủ" is "U", but "Đ" is not "D"."""
    return unicodedata.normalize("NFD", word[0])[0].upper()


def _ending_in(before: str, short: str) -> str | None:
    """Return the words at the end of a text whose initials are the abbreviation's letters."""
    phrase = _ENDS.split(before)[-1]
    words = list(_WORD.finditer(phrase))
    left, passed = _letters(short), 0
    for word in reversed(words):
        if _initial(word[0]) == left[-1]:
            left = left[:-1]
        elif word[0].lower() in _PASSED_OVER and len(left) < len(_letters(short)):
            passed += 1
        else:
            return None
        if not left:
            return phrase[word.start() :].strip(" ,–-") if passed <= _MOST_PASSED_OVER else None
    return None


def _beginning(full: str, short: str) -> str | None:
    """Return the words a text begins with whose initials are the abbreviation's letters."""
    left, passed = _letters(short), 0
    for word in _WORD.finditer(full):
        if _initial(word[0]) == left[0]:
            left = left[1:]
        elif word[0].lower() in _PASSED_OVER and len(left) < len(_letters(short)):
            passed += 1
        else:
            return None
        if not left:
            rest = full[word.end() :].strip()
            is_whole = not rest or not _WORD.match(rest)
            return full[: word.end()].strip() if is_whole and passed <= _MOST_PASSED_OVER else None
    return None
