"""What surrounds a document's body: letterhead, title, căn cứ, receivers, signature, furniture."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from documents.layout import newspaper
from documents.layout.letterhead import (
    is_draft_sign,
    is_motto,
    is_number_line,
    is_place_and_date,
    kind_of,
)
from documents.layout.numbering import Rank, markers_of
from documents.layout.outline import is_capitals
from documents.layout.signature import ON_BEHALF, POSITIONS, SIGNED
from documents.vietnamese.normalize import fold


class Role(Enum):
    """What a line does in its document; passages are made of ``BASIS`` and ``BODY`` alone."""

    HEAD = auto()
    KIND = auto()
    TITLE = auto()
    BASIS = auto()
    BODY = auto()
    TAIL = auto()
    FURNITURE = auto()


@dataclass(frozen=True, slots=True)
class Frame:
    """The lines of a text as spans, the role of each, and what form of document they make."""

    lines: tuple[tuple[int, int], ...]
    roles: tuple[Role, ...]
    is_official: bool = False
    is_article: bool = False

    def spans(self, *roles: Role) -> tuple[tuple[int, int], ...]:
        """Return the lines that have one of the roles."""
        return tuple(
            line for line, role in zip(self.lines, self.roles, strict=True) if role in roles
        )


_HEAD_LINES = 40  # a letterhead and its stamps take fewer
_TITLE_LINES = 6
_TITLE_WORDS = 60
_KIND_WORDS = 4
_SIGNATURE_LINES = 14
_SIGNATURE_WORDS = 14
_SUBJECT = re.compile(r"v/v\b|về việc\b|kính gửi\b", re.IGNORECASE)
_RULE = re.compile(r"[\W_]+")
_BASIS = re.compile(r"(?:[-–+*•]\s*)?(?:Căn cứ|Xét |Theo đề nghị|Theo Tờ trình)")
_SOFT_BASIS = re.compile(r"(?:[-–+*•]\s*)?(?:Thực hiện|Trên cơ sở|Sau khi|Được sự|Nhằm)\b.*[;,]$")
_ENACTING = re.compile(
    r"(?:quyet nghi|quyet dinh|nghi quyet|nghi dinh|chi thi|quy dinh|thong bao|ket luan|huong dan)"
    r"(?:\s.*)?|(?:ban|bo|chinh phu|thu tuong|uy ban|tinh uy|thanh uy|quoc hoi|chu tich|hoi dong"
    r"|dang uy|huyen uy|thi uy|quan uy|bi thu|giam doc|tong|uy ban|doan chu tich)\b.*"
)
_ANNEXED = re.compile(r"\(\s*(?:ban hành |kèm )?(?:kèm )?theo\b.*", re.IGNORECASE)
_RECEIVERS = re.compile(r"[#|\s]*Nơi nhận\s*(?:[:./]|$)", re.IGNORECASE)
_PAGE = re.compile(r"(?i:trang|\d{1,4}|[ivx]{1,6})")
_LEADER = re.compile(r"\s*(?:\.{3,}|…+|(?:\s\.){3,})[\s.…]*(?:\d{1,4}|[ivx]{1,6})?$|\s\|\s\d{1,4}$")
_NOTE = re.compile(r"TÀI LIỆU MẪU\b")


def frame_of(text: str) -> Frame:
    """Tell the body of a document from what surrounds it."""
    lines = lines_of(text)
    words = [text[start:end] for start, end in lines]
    kind = _kind_line(words)
    roles = [Role.BODY] * len(words)
    if kind is not None:
        _mark_head(words, kind, roles)
        _mark_tail(words, roles)
    article = kind is None and newspaper.is_article(words)
    if article:
        _mark_article(words, roles)
    elif kind is None and words and words[0].startswith("# "):
        _mark_titled(words, roles)
    _mark_contents(words, roles)
    _mark_repeats(words, roles, article)
    return Frame(lines, tuple(roles), kind is not None, article)


def lines_of(text: str) -> tuple[tuple[int, int], ...]:
    """Return the spans of the lines that hold text, without the spaces around them."""
    spans = []
    place = 0
    for line in text.split("\n"):
        if content := line.strip():
            start = place + len(line) - len(line.lstrip())
            spans.append((start, start + len(content)))
        place += len(line) + 1
    return tuple(spans)


def _kind_line(lines: Sequence[str]) -> int | None:
    """Return the place of the line that names the kind of an official document.

    A letter (công văn) names none; the line before its subject or receiver stands for it.
    """
    head = lines[:_HEAD_LINES]
    attested = [
        place
        for place, line in enumerate(head)
        if is_motto(line) or is_number_line(line) or is_place_and_date(line)
    ]
    for place, line in enumerate(head):
        if kind_of(line) and (place <= 2 or (attested and attested[0] < place)):
            return place
    if len(attested) < 2:
        return None
    subjects = [place for place, line in enumerate(head) if _SUBJECT.match(line)]
    if subjects:
        return subjects[0] - 1 if subjects[0] > 0 else None
    return _unlisted_kind(head, attested)


def _unlisted_kind(head: Sequence[str], attested: Sequence[int]) -> int | None:
    """Return the place of a kind that no table has, in capitals under a letterhead: "TÀI LIỆU"."""
    place = attested[-1] + 1
    numbered = any(is_number_line(head[one]) for one in attested)
    if not numbered or place >= len(head):
        return None
    line = head[place]
    is_name = line.isupper() and 2 <= len(line.split()) <= _KIND_WORDS and not markers_of(line)
    return place if is_name and not is_draft_sign(line) else None


def _mark_head(lines: Sequence[str], kind: int, roles: list[Role]) -> None:
    """Mark letterhead, kind, title, căn cứ and the words of enactment."""
    roles[:kind] = [Role.HEAD] * kind
    follows = lines[kind + 1] if kind + 1 < len(lines) else ""
    is_named = kind_of(lines[kind]) is not None or not _SUBJECT.match(follows)
    roles[kind] = Role.KIND if is_named else Role.HEAD
    place = _mark_title(lines, kind + 1, roles)
    while place < len(lines):
        line = lines[place]
        if _BASIS.match(line) or _SOFT_BASIS.match(line):
            roles[place] = Role.BASIS
        elif _is_enacting(line) or _names_authority(lines, place):
            roles[place] = Role.HEAD
        else:
            return
        place += 1


def _mark_title(lines: Sequence[str], place: int, roles: list[Role]) -> int:
    """Mark the lines of the trích yếu and return the place after them."""
    first = place
    while place < min(first + _TITLE_LINES, len(lines)):
        line = lines[place]
        if _RULE.fullmatch(line):
            roles[place] = Role.HEAD
            return place + 1
        if fold(line).startswith("kinh gui"):
            return _mark_receivers(lines, place, roles)
        if _ANNEXED.match(line) or _goes_on_annexed(lines, place):
            roles[place] = Role.HEAD
        elif _ends_title(line) or (place > first and _is_after_title(lines, place)):
            return place
        else:
            issuer = place == first and fold(line).startswith("cua ")
            roles[place] = Role.KIND if issuer else Role.TITLE
        place += 1
    return place


def _goes_on_annexed(lines: Sequence[str], place: int) -> bool:
    """Whether a line closes the bracket of "(Ban hành kèm theo …" on the line before."""
    before = lines[place - 1]
    return bool(_ANNEXED.match(before)) and ")" not in before and ")" in lines[place]


def _mark_receivers(lines: Sequence[str], place: int, roles: list[Role]) -> int:
    """Mark to whom a letter is sent, by name on the line or in a list under it."""
    roles[place] = Role.HEAD
    place += 1
    while place < len(lines) and lines[place].startswith(("- ", "+ ", "– ")):
        roles[place] = Role.HEAD
        place += 1
    return place


def _ends_title(line: str) -> bool:
    if _BASIS.match(line) or _SOFT_BASIS.match(line) or len(line.split()) > _TITLE_WORDS:
        return True
    if line.endswith((":", ";", "./.")):
        return True
    return any(marker.rank != Rank.LETTER for marker in markers_of(line.lstrip("# ")))


def _is_after_title(lines: Sequence[str], place: int) -> bool:
    """Whether a line after the title's first is no more of it: prose, or who enacts."""
    line = lines[place]
    if line.isupper():
        return not lines[place - 1].isupper()
    if _names_authority(lines, place):
        return True
    prose = line.endswith(".") or len(line.split()) > 40
    return prose and not line[0].islower()


def _names_authority(lines: Sequence[str], place: int) -> bool:
    """Whether a line right before the căn cứ names who enacts: "Chính phủ"."""
    based = any(_BASIS.match(line) for line in lines[place + 1 : place + 2])
    line = lines[place]
    # a font may have shown capitals that the text has not: "bộ trưởng bộ tài chính"
    named = line[0].isupper() or bool(_ENACTING.fullmatch(fold(line)))
    return based and named and len(line.split()) <= 8


def _is_enacting(line: str) -> bool:
    """Whether a line only says that the document is enacted: "QUYẾT ĐỊNH:", "CHÍNH PHỦ"."""
    if _RULE.fullmatch(line):
        return True
    if markers_of(line) or not (line.isupper() or line.endswith(":")):
        return False
    folded = fold(line).rstrip(" :")
    return bool(_ENACTING.fullmatch(folded)) and (line.isupper() or len(line.split()) <= 4)


def _mark_tail(lines: Sequence[str], roles: list[Role]) -> None:
    """Mark receivers and signatures, up to an annex or the end."""
    for place, line in enumerate(lines):
        if roles[place] is not Role.BODY:
            continue
        if _RECEIVERS.match(line) or ON_BEHALF.match(line):
            end = _tail_end(lines, place)
            start = _signature_before(lines, place)
            if _RECEIVERS.match(line) or _looks_signed(lines[place:end]):
                roles[start:end] = [Role.TAIL] * (end - start)
    _mark_last_signature(lines, roles)


def _tail_end(lines: Sequence[str], place: int) -> int:
    """Return where the tail that begins at a line ends: before an annex, else at the end."""
    for after in range(place + 1, len(lines)):
        line = lines[after]
        opens = any(marker.rank == Rank.PART for marker in markers_of(line.lstrip("# ")))
        if opens or (kind_of(line) and is_capitals(line) and after + 5 < len(lines)):
            return after
    return len(lines)


def _signature_before(lines: Sequence[str], place: int) -> int:
    """Return where a signature that stands right before a line begins, else the line."""
    for before in range(max(0, place - 4), place):
        folded = fold(lines[before])
        if lines[before].isupper() and POSITIONS.fullmatch(folded):
            return before
    return place


def _looks_signed(lines: Sequence[str]) -> bool:
    return len(lines) <= _SIGNATURE_LINES and all(
        len(line.split()) <= _SIGNATURE_WORDS or _NOTE.match(line) for line in lines
    )


def _mark_last_signature(lines: Sequence[str], roles: list[Role]) -> None:
    """Mark a signature at the very end: a position in capitals, or "(đã ký)", and what follows."""
    for place in range(max(0, len(lines) - 8), len(lines)):
        line = lines[place]
        position = line.split(":")[0].isupper() and POSITIONS.fullmatch(fold(line))
        signed = SIGNED.search(line) and len(line.split()) <= _SIGNATURE_WORDS
        if roles[place] is Role.BODY and (position or signed) and _looks_signed(lines[place:]):
            roles[place:] = [Role.TAIL] * (len(lines) - place)
            return


def _mark_article(lines: Sequence[str], roles: list[Role]) -> None:
    layout = newspaper.layout_of(lines)
    roles[: layout.title] = [Role.HEAD] * layout.title
    roles[layout.title] = Role.TITLE
    for place in layout.stated:
        roles[place] = Role.HEAD
    roles[layout.end :] = [Role.FURNITURE] * (len(lines) - layout.end)
    for place in layout.byline:
        roles[place] = Role.TAIL


def _mark_titled(lines: Sequence[str], roles: list[Role]) -> None:
    """Mark a Markdown document's one first-level heading as its title."""
    if sum(line.startswith("# ") for line in lines) == 1 and len(lines) > 1:
        roles[0] = Role.TITLE


def _mark_contents(lines: Sequence[str], roles: list[Role]) -> None:
    """Mark a list of contents, whose lines name what stands further on, and their pages."""
    for start, line in enumerate(lines):
        if roles[start] is Role.BODY and fold(line.strip("*_# :")) == "muc luc":
            end = _contents_end(lines, start + 1)
            if end > start + 1:
                roles[start:end] = [Role.FURNITURE] * (end - start)


def _contents_end(lines: Sequence[str], place: int) -> int:
    """Return the place after the last line of a list of contents that begins at a line."""
    last: dict[str, int] = {}
    for later in range(place, len(lines)):
        last[_entry(lines[later])] = later
    while place < len(lines):
        line = lines[place]
        if not (_PAGE.fullmatch(line) or _LEADER.search(line) or last[_entry(line)] > place):
            return place
        place += 1
    return place


def _entry(line: str) -> str:
    """Return what a line of a list of contents names, without its page."""
    return fold(_LEADER.sub("", line).lstrip("# ")).rstrip(" .:")


def _mark_repeats(lines: Sequence[str], roles: list[Role], article: bool) -> None:
    """Mark notes about the file, and a line given twice: a caption and its picture's text."""
    seen: set[str] = set()
    before = ""
    for place, line in enumerate(lines):
        repeats = line == before if not article else line in seen
        if _NOTE.match(line.lstrip("*_# ")) or (repeats and len(line.split()) > 4):
            roles[place] = Role.FURNITURE
        seen.add(line)
        before = line
