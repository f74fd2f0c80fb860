"""What a document says it is, and what of it is certain where its letters may be misread."""

import re
from dataclasses import dataclass, replace
from datetime import date

from documents.vietnamese.document_number import PRINTED, as_printed, number_key
from documents.vietnamese.normalize import fold

TOGETHER = "; "  # between the names, and the offices, of those who sign together
_DRAFT = "Dự thảo"  # stands before the kind: such a document has no force
_NEAR = 60  # characters between a number and the date that goes with it


@dataclass(frozen=True, slots=True)
class Description:
    """What is known of a document from its text; empty for what it does not say for certain.

    ``secrecy`` is the stamp as a clerk writes it: "Mật", "Tối mật", "Tuyệt mật" or
    "Lưu hành nội bộ". ``replaces``, ``amends`` and ``based_on`` hold numbers as printed. ``review``
    names the fields that a document of its kind has and that staff should look at.
    """

    title: str
    number: str | None = None
    kind: str | None = None
    issuer: str | None = None
    issued_on: date | None = None
    secrecy: str | None = None
    replaces: tuple[str, ...] = ()
    amends: tuple[str, ...] = ()
    based_on: tuple[str, ...] = ()
    effective_on: date | None = None
    signer: str = ""
    signer_role: str = ""
    review: tuple[str, ...] = ()


def as_draft(kind: str | None) -> str:
    """Name the kind of a draft: "Dự thảo nghị quyết"."""
    return f"{_DRAFT} {kind[:1].lower()}{kind[1:]}" if kind else _DRAFT


def is_draft(kind: str | None) -> bool:
    """Whether a kind, as a document's description names it, is that of a draft."""
    return (kind or "").startswith(_DRAFT)


def confirmed(found: Description, text: str, source: str) -> Description:
    """Keep of a scan's description what the text says twice, or the file's name says too.

    A number and a date are stamped or written by hand into their places: "115" is read as "445".
    """
    number = found.number if _is_named(found.number, source) else None
    issued_on = None
    mentions = [match for match in PRINTED.finditer(text) if found.number == as_printed(match)]
    if len(mentions) > 1:
        number = found.number
        after = text[mentions[-1].end() : mentions[-1].end() + _NEAR]
        issued_on = found.issued_on if _says(after, found.issued_on) else None
    issuer = found.issuer if _count(found.issuer, text) > 1 else None
    signer = found.signer if _count(found.signer, text) > 1 else ""
    return replace(
        found,
        number=number,
        issued_on=issued_on,
        issuer=issuer,
        signer=signer,
        signer_role=found.signer_role if signer else "",
        effective_on=None if found.effective_on == found.issued_on else found.effective_on,
    )


def _is_named(number: str | None, source: str) -> bool:
    """Whether a file's name holds every part of a number: "qd_729_ttg.pdf" of 729/QĐ-TTg."""
    parts = number_key(number).split()
    return bool(parts) and set(parts) <= set(re.findall(r"\d+|[a-z]+", fold(source)))


def _says(text: str, day: date | None) -> bool:
    if day is None:
        return False
    forms = (rf"0?{day.day}[/.-]0?{day.month}[/.-]{day.year}",) + (
        rf"0?{day.day}\s+tháng\s+0?{day.month}\s+năm\s+{day.year}",
    )
    return bool(re.search(rf"ngày\s+(?:{'|'.join(forms)})\b", text, re.IGNORECASE))


def _count(name: str | None, text: str) -> int:
    if not name:
        return 0
    pattern = r"\s+".join(map(re.escape, name.split()))
    return len(re.findall(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE))
