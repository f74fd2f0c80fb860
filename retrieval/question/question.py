"""A question as typed, and as it is understood: language, marks, abbreviations, numbers, place."""

import re
from dataclasses import dataclass, fields, replace
from datetime import date

from documents.store.records import Head
from documents.vietnamese import issuers
from documents.vietnamese.document_number import (
    KIND,
    KIND_WORDS,
    KINDS,
    DocumentNumber,
    attributes,
    kind_of,
    numbers_in,
    plain,
)
from documents.vietnamese.normalize import fold, normalize
from documents.vietnamese.provisions import Place, place_in
from index.tokens import syllables, tokens
from retrieval.question.abbreviations import Abbreviations
from retrieval.question.asking_words import FUNCTION_WORDS, asking_phrases, asking_words
from retrieval.question.glossary import Glossary
from retrieval.question.intent import Intent, intent_of
from retrieval.question.phrases import any_of
from retrieval.question.spelling import Restorer, Speller

MAX_CHARACTERS = 2_000  # more than any question; the rest would only slow the encoder

_SPACES = re.compile(r"\s+")
# What asks is in no document that answers: +0.9 points of hit@1 on ALQAC without these.
_ASKING = asking_phrases("terms")
_ANY = any_of("naming.tsv")
# What asks for a verdict says nothing about the topic and is in no document.
_VERDICT = re.compile(
    r"[\s,.;:-]*(?:(?:điều này |như vậy |câu này |phát biểu này )?(?:là )?"
    rf"{_ANY['verdict']})\s*[?.!]*\s*$",
    re.IGNORECASE,
)
_PLACE = re.compile(rf"{_ANY['place']}\s+(?:\d[\d.]*|[a-zđ](?!\w))[,\s]*", re.IGNORECASE)
_NAMED = "\ufffc"  # stands in the place of a name
# what is left hanging where a document's name was taken out
_DANGLING = re.compile(
    rf"(?:(?<!\w){_ANY['before']}\s+)?(?:(?:van ban|luat|{KIND_WORDS})\s*)?"
    rf"(?:(?:so|no\.?|number)\s*:?\s*)?{_NAMED}(?:\s*{_ANY['behind']})*"
)
# "đảng viên" in an English question: words with marks, side by side
_MARKED_WORDS = re.compile(r"(?:\b\w*[À-ỹ]\w*\b\s*){2,}")
_BY_THE_NAMED = re.compile(
    rf"(?<!\w){_ANY['by']}\s+(?:(?:van ban|{KIND_WORDS}|[a-z]{{2,3}})\s*)?(?:so\s*:?\s*)?$"
)
_SAYS = re.compile(rf"[\s,)]*(?:(?:do|cua) [^,?]{{3,30}}? )?(?:ban hanh )?(?:co )?{_ANY['says']}")
_SAYS_NOTHING = asking_words("overview")
# A Vietnamese syllable in folded form: onset, nucleus, coda.
_VIETNAMESE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdghklmnprstvx])?"
    r"(?:uye|uyu|oai|oay|oeo|uay|uoi|uou|ieu|yeu|ua|ue|ui|uo|uu|uy|ia|ie|iu|oa|oe|oi|oo|ai|ao|au|ay"
    r"|eo|eu|ye|[aeiouy])"
    r"(?:ng|nh|ch|[cmnpt])?"
)
_VIETNAMESE_ALONE = frozenset("nao duoc cua khong nhung nhieu trong la gi vao nhu ngay".split())
_FIRST = frozenset(
    "what which who whom whose when where why how is are was were does did do has have can should"
    " according".split()
)
_WORD = re.compile(r"[^\W\d_]+")
_DESCRIBED = re.compile(rf"(?:{KIND}|(?<!\w)van ban)(?!\w)(?: nao)?")


def _without(text: str, written: str) -> str:
    """Put a mark in the place of a name, which may be spelt out or restored in ``text``."""
    folded, name = fold(text), fold(written)
    place = folded.find(name)
    if place < 0:  # "NQ 03" has become "nghị quyết 03"
        digits = re.search(r"\d[\d/]*(?:\s*[-/]\s*[a-z]+)*", name)
        if digits is None or (place := folded.find(digits[0])) < 0:
            return text
        name = digits[0]
    return text[:place] + _NAMED + text[place + len(name) :]


def _without_dangling(topic: str) -> str:
    """Cut out the marks in the places of names, with what goes with them."""
    for dangling in reversed(list(_DANGLING.finditer(fold(topic)))):
        topic = f"{topic[: dangling.start()]} {topic[dangling.end() :]}"
    return topic


def _english_terms(topic: str, glossary: Glossary) -> tuple[str, ...]:
    """Return what Vietnamese documents may hold of an English question: names and renderings."""
    kept = [word for word in syllables(topic) if word not in FUNCTION_WORDS]
    vietnamese = [term for phrase in _MARKED_WORDS.findall(topic) for term in tokens(phrase)]
    return (*glossary.terms(topic), *kept, *vietnamese)


@dataclass(frozen=True, slots=True)
class Description:
    """What is said of a document beside its number; None where nothing is."""

    kind: str | None = None
    issuer: str | None = None
    place: str | None = None
    day: date | None = None
    year: int | None = None

    @classmethod
    def of(cls, head: Head, number: DocumentNumber | None) -> "Description":
        """Describe a document by its head."""
        issuer = fold(head.issuer or "")
        place = issuers.own_name(head.issuer)
        named = issuers.code_of(issuer.removesuffix(place or "").strip())
        return cls(
            kind=KINDS.get(fold(head.kind or "")) or (number.kind if number else None),
            issuer=(number.issuer if number else None) or named,
            place=place,
            day=head.issued_on,
            year=head.issued_on.year if head.issued_on else None,
        )

    def stated(self) -> tuple[tuple[str, object], ...]:
        """Return what is stated, as (field, value)."""
        values = ((one.name, getattr(self, one.name)) for one in fields(self))
        return tuple((name, value) for name, value in values if value is not None)

    def fits(self, document: "Description") -> bool:
        """Tell whether a document has all that is stated; its issuer's place may be unknown."""
        return all(
            mine is None or mine == theirs
            for mine, theirs in (
                (self.kind, document.kind),
                (self.issuer, document.issuer),
                (self.day, document.day),
                (self.year, document.year),
                (self.place, document.place or self.place),
            )
        )


@dataclass(frozen=True, slots=True)
class Question:
    """``typed`` as it came; ``understood`` with abbreviations written out and marks restored.

    ``topic`` is what is encoded; ``terms`` what the sparse leg looks up, folded. ``intent`` is what
    it asks for, ``document_id`` the document that a follow-up stays within.
    """

    typed: str
    understood: str
    topic: str
    terms: tuple[str, ...]
    is_english: bool
    numbers: tuple[DocumentNumber, ...]
    place: Place | None
    description: Description | None = None
    intent: Intent = Intent()
    document_id: str | None = None

    def within_named(self) -> "Question":
        """Return the question without the names of documents and places.

        In the named document they stand nowhere, so that they would only dilute the topic.
        """
        topic = self.topic
        for number in sorted(self.numbers, key=lambda number: -len(number.written)):
            topic = _without(topic, number.written)
        topic = _without_dangling(_PLACE.sub(" ", topic))
        topic = _SPACES.sub(" ", topic).strip(" ,;:?")
        if self.is_english:
            named = {term for number in self.numbers for term in syllables(number.written)}
            terms = tuple(term for term in self.terms if term not in named)
        else:
            terms = tuple(dict.fromkeys(_subject_terms(topic)))
        return replace(self, topic=topic or self.topic, terms=terms)

    def of_the_document(self) -> "Question":
        """Return what is asked once the document is known: read anew without the names."""
        inner = self.within_named()
        return replace(inner, understood=inner.topic, intent=intent_of(inner.topic))

    @property
    def asks_what_the_named_says(self) -> bool:
        """Tell whether the named document itself is to answer: "Theo NQ 06, ...".

        "trong 5 năm thực hiện NQ 06" may be answered by what reports on it.
        """
        text = fold(self.typed)
        for number in self.numbers:
            before, found, behind = text.partition(fold(number.written))
            if found and (_BY_THE_NAMED.search(before) or _SAYS.match(behind)):
                return True
        return False

    @property
    def is_about_the_document(self) -> bool:
        """Tell whether nothing but the document itself is asked for: "NQ 03 nói gì?"."""
        rest = set(self.within_named().terms) - _SAYS_NOTHING
        return bool(self.numbers) and not {term for term in rest if "_" not in term}


def _subject_terms(topic: str) -> tuple[str, ...]:
    """Return the terms of a question without the words that only ask, if any others are left."""
    subject = tuple(term for part in _ASKING.split(topic) for term in tokens(part))
    return subject or tokens(topic)


def _plain(typed: str) -> str:
    return _SPACES.sub(" ", normalize(typed)).strip()[:MAX_CHARACTERS]


def understand(
    typed: str,
    restorer: Restorer,
    abbreviations: Abbreviations,
    glossary: Glossary,
    speller: Speller | None = None,
) -> Question:
    """Read a question; an empty one has no terms."""
    text = _plain(typed)
    english = is_english(text)
    if speller is not None and not english:
        text = speller.mend(text)
    understood = text if english else restorer.restore_around_numbers(abbreviations.expand(text))
    topic = _VERDICT.sub("", understood) or understood
    terms = _english_terms(topic, glossary) if english else _subject_terms(topic)
    if fold(understood) != fold(text):  # the documents may use the abbreviation itself
        terms += tuple(term for term in tokens(text) if "_" not in term)
    terms += () if english else abbreviations.shorts_in(understood)
    return Question(
        typed=typed,
        understood=understood,
        topic=topic,
        terms=tuple(dict.fromkeys(terms)),
        is_english=english,
        numbers=numbers_in(text),
        place=place_in(text),
        description=description_in(text),
        intent=intent_of(understood),
    )


def description_in(text: str) -> Description | None:
    """Return how a question describes a document: by a kind with a day, a year or an issuer."""
    folded = plain(text)
    for match in _DESCRIBED.finditer(folded):
        behind = attributes(folded, text, match.end())
        if behind.issuer or behind.day or behind.near:
            kind = kind_of(match)
            if kind is None and behind.day is None:
                continue  # "văn bản của Tỉnh ủy" may be any
            return Description(kind, behind.issuer, behind.place, behind.day, behind.near)
    return None


def _asks_in_english(words: list[str]) -> bool:
    """Tell whether a question begins as English ones do, whatever names it holds."""
    sure = [word for word in words if word in FUNCTION_WORDS and not _VIETNAMESE.fullmatch(word)]
    return len(sure) > 1 and words[0] in _FIRST


def is_english(text: str) -> bool:
    """Tell whether most words of a question are English rather than Vietnamese syllables."""
    folded = fold(text)
    words = _WORD.findall(folded)
    if _asks_in_english(words):
        return True  # "What does NQ 03 say about thôn trưởng?"
    if any(letter != plain for letter, plain in zip(text.lower(), folded, strict=True)):
        marked = sum(fold(word) != word.lower() for word in _WORD.findall(text))
        if marked * 4 >= len(_WORD.findall(text)):
            return False
    if not words:
        return False
    english = sum(word in FUNCTION_WORDS for word in words)
    foreign = sum(_VIETNAMESE.fullmatch(word) is None for word in words)
    common = sum(word in FUNCTION_WORDS and _VIETNAMESE.fullmatch(word) is None for word in words)
    if sum(word in _VIETNAMESE_ALONE for word in words) >= common:
        return False  # "Doctor Who nao duoc viet ...": English names in a Vietnamese question
    return common > 0 and (english + foreign) >= 0.5 * len(words)
