"""A question as typed, and as it is understood: language, marks, abbreviations, numbers, place."""

import re
from dataclasses import dataclass, replace

from documents.vietnamese.document_number import DocumentNumber, codes_in, numbers_in
from documents.vietnamese.normalize import fold, normalize
from documents.vietnamese.provisions import Place, place_in
from index.tokens import syllables, tokens
from retrieval.question.abbreviations import Abbreviations
from retrieval.question.asking_words import asking_phrases, asking_words
from retrieval.question.description import Description, description_in
from retrieval.question.diacritics import Restorer
from retrieval.question.glossary import Glossary
from retrieval.question.intent import Intent, intent_of
from retrieval.question.language import is_english, is_function_word
from retrieval.question.spelling import Speller

MAX_CHARACTERS = 2_000  # more than any question; the rest would only slow the encoder

_SPACES = re.compile(r"\s+")
# What asks is in no document that answers: +0.9 points of hit@1 on ALQAC without these.
_ASKING = asking_phrases("terms")
# What asks for a verdict says nothing about the topic and is in no document.
_VERDICT = re.compile(
    r"[\s,.;:-]*(?:(?:điều này |như vậy |câu này |phát biểu này )?(?:là )?"
    r"(?:đúng hay sai|(?:có )?đúng (?:hay )?không|(?:có )?phải không))\s*[?.!]*\s*$",
    re.IGNORECASE,
)


_PLACE = re.compile(
    r"(?:điều|khoản|điểm|mục|article|clause|point|section)\s+(?:\d[\d.]*|[a-zđ](?!\w))[,\s]*",
    re.IGNORECASE,
)
# what is left hanging where a document's name was taken out
_DANGLING = re.compile(
    r"(?:(?:theo|tại|trong|của|ở|under|in|of|by|after|per)\s+)?(?:(?:văn bản|nghị quyết|quy định"
    r"|quyết định|chỉ thị|kết luận|hướng dẫn|kế hoạch|thông báo|báo cáo|tờ trình"
    r"|công văn|nghị định|luật|resolution|regulation|decision|directive|conclusion"
    r"|guidance|plan|notice|report)\s*)?"
    r"(?:(?:số|no\.?|number)\s*:?\s*)?\ufffc(?:\s*(?:,?\s*(?:ngày|năm)\s+[\d/.-]+"
    r"|(?:của|do) (?:ban thường vụ |ban chấp hành |ban tổ chức |ủy ban kiểm tra |văn phòng )?"
    r"(?:tỉnh ủy|thành ủy|huyện ủy|đảng ủy|trung ương(?: đảng)?|bộ chính trị|ban bí thư)"
    r"(?: ban hành)?))*",
    re.IGNORECASE,
)
# "đảng viên" in an English question: words with marks, side by side
_MARKED_WORDS = re.compile(r"(?:\b\w*[À-ỹ]\w*\b\s*){2,}")
_BY_THE_NAMED = re.compile(
    r"(?<!\w)(?:theo|can cu(?: vao)?|under|according to|per)\s+(?:(?:van ban|nghi quyet|quy dinh"
    r"|quyet dinh|chi thi|ket luan|huong dan|ke hoach|thong bao|bao cao|cong van|[a-z]{2,3})\s*)?"
    r"(?:so\s*:?\s*)?$"
)
_SAYS = re.compile(
    r"[\s,)]*(?:(?:do|cua) [^,?]{3,30}? )?(?:ban hanh )?(?:co )?(?:quy dinh|noi|yeu cau|neu|de ra"
    r"|cho phep|huong dan|say|state|require)"
)
_SAYS_NOTHING = asking_words("overview")


def _without(text: str, written: str) -> str:
    """Put a mark in the place of a name, which may be spelt out or restored in ``text``."""
    folded, name = fold(text), fold(written)
    place = folded.find(name)
    if place < 0:  # "NQ 03" has become "nghị quyết 03"
        digits = re.search(r"\d[\d/]*(?:\s*[-/]\s*[a-z]+)*", name)
        if digits is None or (place := folded.find(digits[0])) < 0:
            return text
        name = digits[0]
    return text[:place] + "\ufffc" + text[place + len(name) :]


def _english_terms(topic: str, glossary: Glossary) -> tuple[str, ...]:
    """Return what Vietnamese documents may hold of an English question: names and renderings."""
    kept = [word for word in syllables(topic) if not is_function_word(word)]
    vietnamese = [term for phrase in _MARKED_WORDS.findall(topic) for term in tokens(phrase)]
    return (*glossary.terms(topic), *kept, *vietnamese)


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
        topic = _PLACE.sub(" ", topic)
        topic = _SPACES.sub(" ", _DANGLING.sub(" ", topic)).strip(" ,;:?")
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


def _restored(text: str, restorer: Restorer) -> str:
    """Restore marks, except within document numbers: "tu" of "318-bc tu" is a code."""
    shielded = restored = text
    codes = codes_in(text)
    for start, end in codes:  # words in capitals are left alone
        shielded = shielded[:start] + shielded[start:end].upper() + shielded[end:]
    restored = restorer.restore(shielded)
    for start, end in codes:
        restored = restored[:start] + text[start:end] + restored[end:]
    return restored


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
    understood = text if english else _restored(abbreviations.expand(text), restorer)
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
