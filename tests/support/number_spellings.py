"""How people spell document numbers: templates, and questions around them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from retrieval.evaluation.run import strip_diacritics


@dataclass(frozen=True)
class Numbered:
    """The parts of a document's number as spellings combine them."""

    sequence: int
    code: str
    issuer: str
    kind: str
    english: str | None = None
    of: str | None = None
    issued_on: date | None = None

    @property
    def number(self) -> str:
        """The number as it is printed."""
        return f"{self.sequence:02d}-{self.code}/{self.issuer}"


FULL = (  # kind and issuer are given
    "{s:02d}-{C}/{I}",
    "{s}-{C}/{I}",
    "{s} {C}/{I}",
    "{s:02d} {C} {I}",
    "{s:02d}{C}{I}",
    "{s}{C}/{I}",
    "{s:02d}_{C}_{I}",
    "{s:02d}-{C}-{I}",
    "{s:02d}/{C}-{I}",
    "{s:02d}.{C}.{I}",
    "{s:02d} - {C} / {I}",
    "{s:02d}–{C}/{I}",
    "{s:02d} — {C}/{I}",
    "{s:02d}−{C}/{I}",
    "{s:02d}‑{C}/{I}",
    "{s:02d}－{C}／{I}",
    "số {s:02d}-{C}/{I}",
    "Số: {s}-{C}/{I}",
    "văn bản {s:02d}-{C}/{I}",
    "{k} {s}-{C}/{I}",
    "{k} số {s:02d}-{C}/{I}",
    "{k} số: {s} - {C}/{I}",
    "{C} {s}-{C}/{I}",
    "{C} {s:02d}/{I}",
    "{C}{s:02d}/{I}",
    "{C}{s:02d}-{I}",
    "{C} số {s:02d}-{I}",
    "{C}{s}{I}",
    "{C}/{I} {s:02d}",
    "{C}-{I} {s}",
    "{C}/{I} số {s}",
)
OF_ISSUER = (
    "{k} số {s} của {of}",
    "{k} {s} của {of}",
    "{k} {s:02d} {of}",
    "{C} {s:02d} của {of}",
    "{k} số {s:02d} do {of} ban hành",
    "{k} của {of} số {s}",
    "{k} {of} số {s:02d}",
)
DATED = (
    "{k} số {s} ngày {d.day}/{d.month}/{d.year}",
    "{C} {s:02d} ngày {d.day:02d}/{d.month:02d}/{d.year}",
    "{k} {s} ngày {d.day:02d} tháng {d.month:02d} năm {d.year}",
    "{s:02d}-{C}/{I} ngày {d.day}-{d.month}-{d.year}",
    "{k} số {s} ban hành ngày {d.day}.{d.month}.{d.year}",
    "{k} {s:02d}, ngày {d.day}/{d.month}/{d.year}",
)
SHORT = (
    "{C} {s:02d}",
    "{C} {s}",
    "{C}{s:02d}",
    "{C}{s}",
    "{C}-{s:02d}",
    "{C}.{s:02d}",
    "{C} số {s}",
    "{C} so {s:02d}",
    "{s:02d}-{C}",
    "{s:02d}{C}",
    "{k} {s}",
    "{k} {s:02d}",
    "{k} số {s}",
    "{k} số {s:03d}",
    "{k} số: {s}",
    "{k} số {s} này",
)
ENGLISH = ("{e} {s}", "{e} No. {s}", "{e} number {s:02d}", "{e} No {s:02d}-{C}/{I}", "{e} #{s}")
FRAMES = (
    "{}",
    "{} nói gì?",
    "Theo {}, thời hạn báo cáo là bao lâu?",
    "cho tôi hỏi {} quy định gì về chi bộ",
    "nội dung chính của {} là gì?",
    "ai ký {}?",
    "({})",
)
ENGLISH_FRAMES = ("What does {} say about the party cell?", "When was {} issued?")
MIXED_FRAME = "What does {} say about đảng viên?"
CHANGES: tuple[Callable[[str], str], ...] = (str, str.upper, str.lower, strip_diacritics)


def spellings(one: Numbered) -> Iterator[str]:
    """Yield every spelling of a number, unframed and as typed with care."""
    for template in (*FULL, *SHORT):
        yield _filled(template, one)
    for template in OF_ISSUER if one.of else ():
        yield _filled(template, one)
    for template in DATED if one.issued_on else ():
        yield _filled(template, one)


def english_spellings(one: Numbered) -> Iterator[str]:
    """Yield spellings for English questions."""
    for template in ENGLISH if one.english else ():
        yield _filled(template, one)
    for template in FULL[:4]:
        yield _filled(template, one)


def _filled(template: str, one: Numbered) -> str:
    return template.format(
        s=one.sequence,
        C=one.code,
        I=one.issuer,
        k=one.kind.lower(),
        e=one.english,
        of=one.of,
        d=one.issued_on,
    )


def questions(one: Numbered) -> Iterator[str]:
    """Yield a question for every spelling, each in some frame and some hand, all in turn."""
    turn = 0
    for spelt in spellings(one):
        for change in CHANGES:
            yield change(FRAMES[turn % len(FRAMES)].format(spelt))
            turn += 1
    for spelt in english_spellings(one):
        yield ENGLISH_FRAMES[turn % 2].format(spelt)
        yield MIXED_FRAME.format(spelt)
        turn += 1
