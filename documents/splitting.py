"""A document -> passages of about 110 words that end where a clerk would end a citation."""

import re
from collections import Counter
from collections.abc import Sequence

from documents.bricks import Brick, bricks_of, packed
from documents.document import Document, Passage
from documents.frame import body_lines
from documents.normalize import fold
from documents.outline import Item, ancestors, locator_of, outline
from documents.sentences import sentences

__all__ = ["indexed_text", "sentences", "split"]


def split(document: Document, target_words: int = 110) -> tuple[Passage, ...]:
    """Cut a document into passages, in order; each is a verbatim span of its text."""
    text = document.text
    items = outline(text, body_lines(text))
    ordinals: Counter[str] = Counter()
    passages = []
    for bricks in packed(items, bricks_of(text, items, target_words), target_words):
        path = _common_path(items, bricks)
        locator = locator_of(items, path, _heading(items, path))
        slug = _slug(str(locator))
        ordinals[slug] += 1
        start, end = bricks[0].start, bricks[-1].end
        passages.append(
            Passage(
                passage_id=f"{document.document_id}/{slug}/{ordinals[slug]}",
                document_id=document.document_id,
                text=text[start:end],
                locator=locator,
                start=start,
                end=end,
                page=document.page_at(start),
            )
        )
    return tuple(passages)


def indexed_text(title: str, passage: Passage) -> str:
    """Return what is encoded and tokenised: title, headings and text, without repeating any."""
    shown = fold(passage.text)
    context = [title, *(passage.locator.heading or "").split(" › ")]
    missing = [line for line in context if line and fold(line) not in shown]
    return "\n".join((*missing, passage.text))


def _common_path(items: Sequence[Item], bricks: Sequence[Brick]) -> tuple[int, ...]:
    """Return the path to the deepest division that holds every provision, else to the first."""
    paths = [ancestors(items, brick.item) for brick in bricks]
    shortest = min(len(path) for path in paths)
    common = 0
    while common < shortest and len({path[common] for path in paths}) == 1:
        common += 1
    return paths[0][:common] if any(items[p].label for p in paths[0][:common]) else paths[0]


def _heading(items: Sequence[Item], path: Sequence[int]) -> str | None:
    """Join the titles along a path of items, the outermost first."""
    titles = [items[place].title.rstrip(" :.") for place in path if items[place].is_title]
    return " › ".join(title for title in titles if title) or None


def _slug(place: str) -> str:
    """Write a place in plain ASCII for an identifier: "Điều 5, khoản 2" as "dieu-5-khoan-2"."""
    return re.sub(r"[^a-z0-9.]+", "-", fold(place)).strip("-") or "doan"
