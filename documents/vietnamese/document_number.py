"""Document numbers (số hiệu) in any spelling, as questions and documents name them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from documents.vietnamese import issuers
from documents.vietnamese.dates import ISSUED, day_of, year_of
from documents.vietnamese.document_number_patterns import (
    AFTER,
    ANOTHER,
    ISSUER_BETWEEN,
    KIND_CODES,
    KIND_FIRST,
    KINDS,
    LETTER_O,
    NUMBER_FIRST,
    OF_ISSUER,
    PATTERNS,
    PERIOD_PLANS,
    SPELLINGS,
)
from documents.vietnamese.normalize import fold


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A số hiệu taken apart; None is what the spelling leaves open.

    ``kind`` and ``issuer`` are folded codes: 03-NQ/TU is (3, "nq", "tu"). ``year`` belongs to the
    number or, of a document, is that of its issue; ``day`` is the day of issue. ``place`` is the
    folded name of the issuer's place. ``near`` is a year that stands by the number and may be its
    own or the topic's.
    """

    sequence: int
    kind: str | None = None
    issuer: str | None = None
    year: int | None = None
    written: str = ""
    day: date | None = None
    place: str | None = None
    near: int | None = None

    def matches(self, other: "DocumentNumber") -> bool:
        """Tell whether two spellings may name the same document: nothing stated differs."""
        return self.sequence == other.sequence and all(
            mine is None or theirs is None or mine == theirs
            for mine, theirs in (
                (self.kind, other.kind),
                (self.issuer, other.issuer),
                (self.year, other.year),
                (self.day, other.day),
                (self.place, other.place),
            )
        )


@dataclass(frozen=True, slots=True)
class Attributes:
    """What stands behind a number or a kind: whose it is and when it was issued."""

    end: int
    issuer: str | None = None
    place: str | None = None
    day: date | None = None
    near: int | None = None


def numbers_in(text: str) -> tuple[DocumentNumber, ...]:
    """Return the document numbers a text names, in order, each once."""
    folded = plain(text)
    found: dict[int, DocumentNumber] = {}
    for match in _matches(folded, text):
        number = _number(folded, match, text)
        found[match.start()] = number
        end = match.end()
        while match.re is KIND_FIRST and (other := ANOTHER.match(folded, end)) is not None:
            written = text[other.start("seq") : other.end("seq")]
            kind, issuer = number.kind, attributes(folded, text, other.end()).issuer
            found[other.start("seq")] = DocumentNumber(
                int(other["seq"]), kind, issuer, None, written
            )
            end = other.end("seq")
    return tuple(dict.fromkeys(found[start] for start in sorted(found)))


def codes_in(text: str) -> tuple[tuple[int, int], ...]:
    """Return the spans of codes within document numbers: "NQ/TU" of "03-NQ/TU"."""
    spans = []
    for match in _matches(plain(text), text):
        groups = match.groupdict()
        names = [name for name in ("code", "kind2", "issuer", "loose") if groups.get(name)]
        if match.re is not NUMBER_FIRST:
            names = [name for name in names if name != "code"]  # "NQ 03" is to be written out
        spans += [match.span(name) for name in names]
    return tuple(sorted(spans))


def plain(text: str) -> str:
    """Fold a text, with one form of each dash, stroke and digit; offsets stay."""
    return LETTER_O.sub("0", fold(text).translate(SPELLINGS))


def _matches(folded: str, text: str) -> Iterator[re.Match[str]]:
    taken: list[tuple[int, int]] = []
    for pattern in PATTERNS:
        for match in pattern.finditer(folded):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            if not _counts_things(folded, match) and not _is_a_word(match, text):
                taken.append(match.span())
                yield match


def _is_a_word(match: re.Match[str], text: str) -> bool:
    """Tell "đã 38 tuổi" from "ĐA 38", and "the 2nd" from "2-NĐ"."""
    groups = match.groupdict()
    code = groups.get("code")
    if code is None:
        return False
    typed = text[slice(*match.span("code"))]
    if typed.lower().replace("đ", "d") != code:
        return True  # with a tone or a circumflex
    alone = not (groups.get("issuer") or groups.get("loose"))
    return alone and code in ("da", "nd") and typed.islower() and typed.isascii()


def _counts_things(folded: str, match: re.Match[str]) -> bool:
    groups = match.groupdict()
    if match.re is ISSUER_BETWEEN:
        return False
    if match.re is NUMBER_FIRST:
        # "3 kế hoạch" never gets here, but "có 3 BC" and "2 HD" may count documents
        named = groups["issuer"] or groups["loose"] or match["seq"].startswith("0")
        return not named and not re.search(r"[-/]|^\d+[a-z.]+$", match[0])
    explicit = groups.get("issuer") or groups.get("loose") or groups.get("marked")
    explicit = explicit or match["seq"].startswith("0")  # nobody counts "06 nội dung" after a kind
    if explicit:
        return False
    if kind_of(match) in PERIOD_PLANS and re.match(r"\s*nam(?!\w)", folded[match.end() :]):
        return True
    # "kế hoạch 2024" names a year
    return AFTER.match(folded, match.end()) is not None or 1930 <= int(match["seq"]) <= 2050


def kind_of(match: re.Match[str]) -> str | None:
    """Return the code of the kind that a match of KIND names."""
    groups = match.groupdict()
    code = groups.get("code") or groups.get("kind2")
    if code is not None:
        code = code.replace(".", "")
        return KIND_CODES.get(code, code)
    word = groups.get("word")
    return None if word is None else KINDS.get(word) or KIND_CODES[word]


def _number(folded: str, match: re.Match[str], text: str) -> DocumentNumber:
    groups = match.groupdict()
    issuer = groups.get("issuer") or groups.get("loose")
    if groups.get("named"):
        issuer = issuers.code_of(str(groups["named"]))
    behind = attributes(folded, text, match.end())
    end = match.end() if issuer and not behind.day else behind.end
    year = groups.get("year")
    return DocumentNumber(
        sequence=int(match["seq"]),
        kind=kind_of(match),
        issuer=issuers.bare(issuer) if issuer else behind.issuer,
        year=int(year) if year else None,
        written=text[match.start() : end].strip(" ,"),
        day=behind.day,
        place=behind.place,
        near=behind.near,
    )


def attributes(folded: str, text: str, end: int) -> Attributes:
    """Read what stands behind ``end``: "ngày 3/2/2021 của Tỉnh ủy Sơn Lĩnh"."""
    day, near, issuer, place = None, None, None, None
    at = end  # a year is read on past, but is not part of the name
    for _turn in range(2):  # the date stands before the issuer or behind it
        issued = None if near else ISSUED.match(folded, at)
        if issued is not None:
            day, near = day_of(issued), year_of(issued)
            at = issued.end()
            end = at if day else end
        of = None if issuer else OF_ISSUER.match(folded, at)
        if of is not None:
            issuer, end = issuers.code_of(of["issuer"]), of.end()
            place = _capitalised_after(text, end)
            end += len(place) + 1 if place else 0
            at = end
    return Attributes(end, issuer, fold(place) if place else None, day, near)


def _capitalised_after(text: str, end: int) -> str | None:
    """Return the capitalised words that follow: the name of an issuer's place."""
    if text.isupper():
        return None
    words = []
    for word in text[end:].split(" ")[1:]:
        if not word.strip(",;:?!.").isalpha() or not word[0].isupper():
            break
        words.append(word.strip(",;:?!."))
        if not word.isalpha():
            break
    return " ".join(words) or None
