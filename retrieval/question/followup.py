"""Reads a follow-up ("thế còn năm 2019?", "ai ký?") together with the turn before it."""

import re
from dataclasses import dataclass

from documents.document import Document
from documents.vietnamese.document_number import numbers_in
from documents.vietnamese.normalize import fold
from retrieval.answer import Answer, Response
from retrieval.question.followup_slots import filled
from retrieval.question.phrases import any_of
from retrieval.question.question import is_english

_LONGEST = 10  # syllables; a longer question says itself what it is about

_ANY = any_of("followups.tsv")
# "thế còn năm 2019 thì sao?"
_LEAD = re.compile(rf"{_ANY['lead']} ")
_TAIL = re.compile(rf"(?: ?,? ?(?:thi(?= ))? ?{_ANY['tail']})?[ ?.!…]*$")
# with its marks: "báo" and "đầu" ask nothing
_ASKING = re.compile(rf"(?<!\w){_ANY['asks']}(?!\w)", re.IGNORECASE)
# nothing but what is asked: "bao nhiêu?", "khi nào?"
_BARE = re.compile(rf"(?:la |dat |co |vay |the )*{_ANY['bare']}(?: a| vay| the)?")
# another side of the same figure: "mục tiêu là bao nhiêu?", "tăng bao nhiêu so với năm trước?"
_OTHER_FIGURE = re.compile(_ANY["other figure"])
_WHERE_STATED = re.compile(_ANY["where stated"])
_SAYS_WHERE = re.compile(_ANY["says where"])
# what every document has: its signer, its dates, its predecessor
_OF_A_DOCUMENT = re.compile(_ANY["of a document"])
# "quy định này", "văn bản đó"; marks tell "này" from "nay"
_THAT_DOCUMENT = re.compile(rf"(?<!\w){_ANY['that document']}")
_THAT_TOPIC = re.compile(rf"(?<!\w){_ANY['that topic']}(?!\w)")
_ASKED = re.compile(
    r"[ ,]*(?<!\w)(?:(?:la|dat|het|mat|co|trong|vao|tu|o|den|bang|duoc) )*"
    rf"{_ANY['asked']}(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Earlier:
    """The turn before: its question as it was read, and the document whose passage it showed.

    ``stays_within`` where all that follows is asked of that document, until another is named.
    """

    question: str
    document_id: str | None = None
    stays_within: bool = False

    @classmethod
    def of(cls, response: Response) -> "Earlier":
        """Keep of a response what a follow-up needs; readings chain."""
        reply = response.reply
        cited = reply.citations if isinstance(reply, Answer) else reply.nearest
        return cls(response.understood_as, cited[0].document_id if cited else None)


@dataclass(frozen=True, slots=True)
class Reading:
    """A follow-up in full: ``text`` is what it asks, within the document ``document_id`` if any."""

    text: str
    document_id: str | None = None


def follow_up(typed: str, earlier: Earlier, document: Document | None) -> Reading | None:
    """Read a question with its marks restored as a follow-up; None when it stands on its own.

    ``document`` is the one the earlier question was answered from.
    """
    text = " ".join(typed.split())
    folded = fold(text)
    if not earlier.question.strip() or not 0 < len(folded.split()) <= _LONGEST:
        return None
    lead = _LEAD.match(folded)
    rest = text[lead.end() :] if lead else text
    core = rest.strip(" ?.!…,")
    reading = _about_what_was_said(core, earlier, document)
    if reading is not None or lead is None:
        return reading
    tail = _TAIL.search(fold(rest))
    fragment = rest[: tail.start()].strip(" ,?") if tail else core
    if not fragment or _ASKING.search(fragment):
        return None
    return Reading(filled(earlier.question, fragment))


def asks(sentence: str) -> bool:
    """Tell whether a sentence asks something, by its end or by its words."""
    return sentence.rstrip(' "”)').endswith("?") or bool(_ASKING.search(sentence))


def _about_what_was_said(core: str, earlier: Earlier, document: Document | None) -> Reading | None:
    folded = fold(core)
    if _WHERE_STATED.fullmatch(folded) and _SAYS_WHERE.search(folded):
        return Reading(earlier.question, earlier.document_id)
    name = _name_of(document, earlier.question, is_english(core))
    document_id = document.document_id if document else None
    if name is not None and _OF_A_DOCUMENT.fullmatch(folded):
        return Reading(f"{core} – {name}?" if name else f"{core}?", document_id)
    that = _THAT_DOCUMENT.search(folded)
    if name is not None and that is not None and _points(core[that.start() : that.end()]):
        name = name or core[that.start() : that.end()]
        return Reading(f"{core[: that.start()]}{name}{core[that.end() :]}?", document_id)
    return _about_the_topic(core, _without_asking(earlier.question))


def _about_the_topic(core: str, topic: str) -> Reading | None:
    folded = fold(core)
    if not topic:
        return None
    if _BARE.fullmatch(folded):
        return Reading(f"{topic} {core[:1].lower()}{core[1:]}?")
    if _OTHER_FIGURE.fullmatch(folded):
        return Reading(f"{topic}, {core[:1].lower()}{core[1:]}?")
    other = _THAT_TOPIC.search(folded)
    if other is not None and _points(core[other.start() : other.end()]):
        return Reading(f"{core} – {topic}?")
    return None


def _name_of(document: Document | None, question: str, english: bool) -> str | None:
    """Return what a question calls the document answered from, else the one asked about.

    None when there is neither, "" when its name would make an English question Vietnamese.
    """
    if document is None:
        asked = numbers_in(question)
        return asked[0].written if asked else None
    if document.number is None:
        return "" if english else f"“{document.title}”"
    return document.number if english else f"{document.kind or 'văn bản'} số {document.number}"


def _points(words: str) -> bool:
    """Tell "này", "đó" and "ấy" from "nay" and "do"; what was typed without marks is let pass."""
    last = words.rsplit(None, 1)[-1].lower()
    return last not in ("nay", "do") or fold(words) == words.lower()


def _without_asking(question: str) -> str:
    """Return what a question is about, without the words that ask and its end mark."""
    question = question.strip(" ?.!…")
    match = _ASKED.search(fold(question))
    if match is None:
        return question
    return " ".join((question[: match.start()] + " " + question[match.end() :]).split())
