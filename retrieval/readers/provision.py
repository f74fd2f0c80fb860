"""A named place, "Điều 5 khoản 2 của quy định 15": shown whole."""

import re
from dataclasses import replace

from documents.document import Passage
from documents.vietnamese.provisions import Place
from retrieval.readers.base import Case, Draft, Strength


def read(case: Case) -> Draft | None:
    """Return the named place itself, the first of its passages."""
    place = case.scope.place
    if place is None or not case.passages:
        return None
    first = min(case.passages, key=lambda passage: passage.start)
    span = clause_span(first.text, place)
    locator = cited_place(first, place, span)
    return Draft(first, span, span, Strength.NAMED, locator=locator)


def clause_span(text: str, place: Place) -> tuple[int, int]:
    """Return the span of a named section, clause or point of a passage that packs several."""
    start, end = 0, len(text)
    roman = place.section is not None and place.section[0] in "ivx"
    for label, sibling in (
        (place.section, r"[ivx]+\." if roman else r"(?:\d+(?:\.\d+)*|[ivx]+)\."),
        (place.clause, r"\d+\."),
        (place.point, r"[a-zđ]\)"),
    ):
        if label is not None:
            start, end = _part(text, start, end, label, sibling)
    return start, end


def _part(text: str, start: int, end: int, label: str, sibling: str) -> tuple[int, int]:
    """Narrow a span to the lines from a label to the next of its kind; the same without one."""
    mark = re.escape(label)
    lowered = text.lower()[:end]
    head = re.compile(rf"(?m)^{mark}[.)]\s").search(lowered, start)
    if head is None:
        return start, end
    # 1.1 is a part of 1, not what follows it
    following = re.compile(rf"(?m)^(?!{mark}\.\d){sibling}\s").search(lowered, head.end())
    stop = following.start() if following else end
    return head.start(), head.start() + len(text[head.start() : stop].rstrip())


def cited_place(passage: Passage, place: Place, span: tuple[int, int]) -> str:
    """Return the locator of a named place, which may be part of what its passage packs.

    Where only the headings over a passage name the place, it stands behind the passage's own:
    "mục 4.2 (Điều 5, khoản 2)".
    """
    locator = passage.locator
    own, named = str(locator), locator.article
    if place.article and (named is None or named.lower() != f"điều {place.article}"):
        return f"{own} ({place})" if own else str(place)
    if span != (0, len(passage.text)):
        clause, point = place.clause, place.point
        label = f"mục {place.section}" if place.section and named is None else None
        clause_label = f"khoản {clause}" if clause else label or (locator.clause if point else None)
        return str(replace(locator, clause=clause_label, point=f"điểm {point}" if point else None))
    return own
