"""Reads what is wanted of a document as a whole: its card, its file, a page, whether it holds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from documents.vietnamese.document_number import (
    KIND_WORDS,
    DocumentNumber,
    numbers_in,
    plain,
)
from documents.vietnamese.normalize import normalize
from retrieval.question.phrases import any_of
from retrieval.question.talk import ADDRESS


class Wish(StrEnum):
    """What is wanted of a document."""

    CARD = "card"
    FILE = "file"
    PAGE = "page"
    IN_FORCE = "force"
    REPLACED_BY = "replaced"
    REPLACES = "replaces"
    FACT = "fact"  # what its letterhead or signature says: the reader of facts answers


@dataclass(frozen=True, slots=True)
class DocumentRequest:
    """What is wanted, of which document; without ``number`` of the one that was spoken of.

    ``is_bare`` where nothing but digits says that it is a number: "294".
    """

    wish: Wish
    number: DocumentNumber | None = None
    page: int | None = None
    is_bare: bool = False


_LONGEST = 25  # words
_NAMED = "\ufffc"  # stands in the place of the document's name
_NAME = re.compile(rf"(?:(?:{KIND_WORDS}|van ban|vb|so)\s+)*(?:so\s+)?{_NAMED}")
_BARE = re.compile(r"(?<![\w/.,-])\d{1,5}(?![\w/.,%-])")
_BETWEEN_WORDS = re.compile(rf"[^\w{_NAMED}]+")
_ANY = any_of("wishes.tsv")
Wishes = Mapping[Wish, re.Pattern[str]]
_READ = {Wish(wish): re.compile(phrases) for wish, phrases in _ANY.items()}
_FACTS = {Wish.FACT: re.compile(any_of("followups.tsv")["of a document"])}
_OF_A_PAGE = {Wish.PAGE: _READ[Wish.PAGE]}  # said beside "trang 5"
_WISHES: Wishes = {
    wish: phrases for wish, phrases in (_READ | _FACTS).items() if wish is not Wish.PAGE
}
_PAGE = re.compile(r"(?<!\w)trang (?:so )?(?P<page>\d{1,4})(?![\w/.,%-])")


def request_in(typed: str) -> DocumentRequest | None:
    """Return what a message wants of a document; None where it asks for more or for else."""
    text = " ".join(normalize(typed).split())
    if not 0 < len(text.split()) <= _LONGEST:
        return None
    page = _PAGE.search(plain(text))
    if page is None:
        return _of_a_document(text, _WISHES)
    rest = " ".join(f"{text[: page.start()]} {text[page.end() :]}".split())
    found = _of_a_document(rest, _OF_A_PAGE)
    return replace(found, page=int(page["page"])) if found else None


def _of_a_document(text: str, wishes: Wishes) -> DocumentRequest | None:
    folded, numbers = plain(text), numbers_in(text)
    if len(numbers) == 1:
        place = folded.find(plain(numbers[0].written))
        if place < 0:
            return None
        end = place + len(numbers[0].written)
        return _wanted(f"{folded[:place]}{_NAMED}{folded[end:]}", wishes, numbers[0])
    if numbers:
        return None
    if found := _wanted(folded, wishes):
        return found
    digits = _BARE.findall(folded)
    if len(digits) != 1:
        return None
    number = DocumentNumber(int(digits[0]), written=digits[0])
    found = _wanted(_BARE.sub(_NAMED, folded), wishes, number)
    return replace(found, is_bare=True) if found else None


def _wanted(
    folded: str, wishes: Wishes, number: DocumentNumber | None = None
) -> DocumentRequest | None:
    words = " ".join(_BETWEEN_WORDS.sub(" ", _NAME.sub(f" {_NAMED} ", folded)).split())
    words = ADDRESS.sub("", words).strip()
    for wish, phrases in wishes.items():
        if phrases.fullmatch(words):
            return DocumentRequest(wish, number)
    return None
