"""Reads a follow-up ("thế còn năm 2019?", "ai ký?") together with the turn before it."""

import re
from dataclasses import dataclass

from documents.document import Document
from documents.vietnamese.document_number import numbers_in
from documents.vietnamese.normalize import fold
from retrieval.answer import Answer, Response
from retrieval.question.followup_slots import filled
from retrieval.question.question import is_english

_LONGEST = 10  # syllables; a longer question says itself what it is about

# "thế còn năm 2019 thì sao?"
_LEAD = re.compile(r"(?:(?:the|vay)\s+con|con|(?:and\s+)?(?:what|how) about|and)\s+")
_TAIL = re.compile(
    r"(?:\s*,?\s*(?:thi(?=\s))?\s*(?:thi sao|sao|the nao|ra sao|(?:la |dat )?bao nhieu|thi|then))?"
    r"[\s?.!…]*$"
)
# with its marks: "báo" and "đầu" ask nothing
_ASKING = re.compile(
    r"(?<!\w)(?:ai|nào|nao|gì|đâu|sao|bao (?:nhiêu|lâu|giờ|nhieu|lau|gio)|mấy|không|chưa"
    r"|who|what|when|where|why|how|which)(?!\w)",
    re.IGNORECASE,
)
# nothing but what is asked: "bao nhiêu?", "khi nào?"
_BARE = re.compile(
    r"(?:la |dat |co |vay |the )*(?:bao nhieu(?: (?:phan tram|nguoi|dong chi|dang vien|ngay|thang"
    r"|nam|tien|lan|tuoi|dong))?|bao lau(?: mot lan)?|bao gio|khi nao|luc nao|(?:vao |tu )?"
    r"(?:ngay|thang|nam) nao|o dau|ai(?: vay| the| do)?|nguoi nao|tai sao|vi sao|(?:nhu )?the nao"
    r"|bang cach nao|may (?:nguoi|ngay|lan|nam|thang)|how (?:many|much|long|often)|when|where|who"
    r"|why)(?: a| vay| the)?"
)
# another side of the same figure: "mục tiêu là bao nhiêu?", "tăng bao nhiêu so với năm trước?"
_OTHER_FIGURE = re.compile(
    r"(?:muc tieu|chi tieu|tong so|ty le|truoc do|truoc day|ban dau|tang|giam|vuot|thieu|con thieu"
    r"|dat|chiem)(?: (?:la|dat|duoc|them|len|de ra|dat ra))* bao nhieu(?: phan tram)?"
    r"(?: so voi \w+(?: \w+){0,4})?"
)
# where an answer stands
_WHERE_STATED = re.compile(
    r"(?:(?:dieu|cai|viec|noi dung|quy dinh|so lieu|con so|thong tin|muc|dieu khoan)\s*)?"
    r"(?:(?:do|nay|ay|tren)\s+)?(?:(?:duoc|co)\s+)?"
    r"(?:(?:quy dinh|neu|ghi|nam|noi|viet|lay|dua)\s+)?"
    r"(?:(?:o|tai|trong|theo|tu|vao)\s+(?:dau|(?:van ban|dieu|trang|muc|khoan|phan|chuong) nao)"
    r"|can cu vao dau|nguon (?:o|tu) dau|nguon nao)"
    r"|where (?:is|was|does) (?:it|that|this)(?: \w+)?|(?:which|what) (?:document|page|article)"
)
_SAYS_WHERE = re.compile(
    r"quy dinh|neu|ghi|viet|nguon|can cu|van ban|dieu|trang|muc|khoan|where|whi"
)
# what every document has: its signer, its dates, its predecessor
_OF_A_DOCUMENT = re.compile(
    r"(?:(?:do |boi )?(?:ai|nguoi nao|dong chi nao|co quan nao)(?: la nguoi)? )"
    r"(?:ky|ban hanh|ky ban hanh|soan|viet)"
    r"|(?:do |duoc )?(?:ai )?(?:ky|ban hanh)"
    r" (?:boi ai|vao ngay nao|ngay nao|khi nao|nam nao|luc nao)"
    r"|(?:khi nao|ngay nao|bao gio) (?:ban hanh|co hieu luc|ky)"
    r"|(?:co )?hieu luc (?:tu )?(?:khi nao|ngay nao|bao gio|den khi nao)"
    r"|thay the (?:cho )?(?:van ban|quy dinh|nghi quyet|chi thi|huong dan) nao"
    r"|(?:gui|noi nhan|gui cho|ap dung (?:cho|voi)) ?(?:ai|nhung ai|doi tuong nao|la ai|la dau)?"
    r"|who (?:signed|issued) (?:it|this|that)|when was (?:it|this|that) (?:signed|issued)"
)
_KIND = (
    r"(?:van ban|tai lieu|nghi quyet|quy dinh|quyet dinh|chi thi|ket luan|huong dan|ke hoach"
    r"|thong bao|bao cao|to trinh|cong van|chuong trinh|quy che|de an|bien ban|bai bao|bai viet)"
)
# "quy định này", "văn bản đó"; marks tell "này" from "nay"
_THAT_DOCUMENT = re.compile(rf"(?<!\w){_KIND} (?:do|nay|ay|tren|vua roi)(?!\w)")
_THAT_ENGLISH = re.compile(
    r"(?<!\w)(?:this|that|the same) (?:document|resolution|regulation|notice|plan)"
)
_THAT = re.compile(
    r"(?<!\w)(?:viec|dieu|nguoi|dong chi|chi tieu|muc tieu|ty le|con so|so|don vi|to chuc|noi|xa"
    r"|huyen|tinh|thon|dia phuong|truong hop|doi tuong|thoi gian|thoi han|khoan|muc|muc do|nam"
    r"|dang vien|lop|cuoc hop|ho)\s+(?:do|nay|ay)(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Earlier:
    """The turn before: its question as it was read, and the document it was answered from."""

    question: str
    document_id: str | None = None

    @classmethod
    def of(cls, response: Response) -> "Earlier":
        """Keep of a response what a follow-up needs; readings chain."""
        reply = response.reply
        document_id = reply.citations[0].document_id if isinstance(reply, Answer) else None
        return cls(response.understood_as, document_id)


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


def _about_what_was_said(core: str, earlier: Earlier, document: Document | None) -> Reading | None:
    folded = fold(core)
    if _WHERE_STATED.fullmatch(folded) and _SAYS_WHERE.search(folded):
        return Reading(earlier.question, earlier.document_id)
    name = _name_of(document, earlier.question, is_english(core))
    document_id = document.document_id if document else None
    if name is not None and _OF_A_DOCUMENT.fullmatch(folded):
        return Reading(f"{core} – {name}?" if name else f"{core}?", document_id)
    that = _THAT_DOCUMENT.search(folded) or _THAT_ENGLISH.search(folded)
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
    other = _THAT.search(folded)
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


_ASKED = re.compile(
    r"[\s,]*(?<!\w)(?:(?:la|dat|het|mat|co|trong|vao|tu|o|den|bang|duoc)\s+)*"
    r"(?:bao nhieu(?: phan tram)?|bao lau(?: mot lan)?|bao gio|khi nao|luc nao"
    r"|(?:ngay|thang|nam|noi|nguoi|don vi|co quan) nao|dau|ai|gi|nhung gi|(?:nhu )?the nao|ra sao"
    r"|may)(?!\w)"
)


def _without_asking(question: str) -> str:
    """Return what a question is about, without the words that ask and its end mark."""
    question = question.strip(" ?.!…")
    match = _ASKED.search(fold(question))
    if match is None:
        return question
    return " ".join((question[: match.start()] + " " + question[match.end() :]).split())
