"""A document as a card: what is known of it, what it contains, one of its pages."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from bot.conversation import reply_layout
from bot.conversation.buttons import Code
from bot.texts import answers
from bot.texts import library as texts
from bot.turn import Button, Message, Quote, Rows, Span, Turn
from documents.document import Document, Passage
from documents.splitting.passages import is_body
from documents.store.library import Library

CONTENTS = 6  # entries of the contents on a card: with the rest, one screen of a phone
LABEL = 40  # characters of an entry: what a phone shows of a button
LEVELS = ("article", "chapter", "part", "clause")
MOST_ENTRIES = 30  # of articles: five pages; of a longer document the chapters are listed


class Cards:
    """Makes the cards of a library's documents; ``hidden`` are those not to be told of."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def of(self, document: Document, hidden: frozenset[str]) -> Message:
        """Return a document's card."""
        newer = [
            answers.document_name(one.kind, one.number) or one.title
            for one in self._library.replaced_by(document.document_id, hidden)
        ]
        spans = reply_layout.document_screen(document, ", ".join(newer) or None)
        return Message(spans, self.rows(document))

    def rows(self, document: Document, page: int = 0) -> Rows:
        """Return the buttons of a card, with a page of the contents, counted from 0."""
        document_id = document.document_id
        passages = self._library.passages_of(document_id)
        entries = tuple(_contents(document, passages))
        shown = entries[page * CONTENTS : (page + 1) * CONTENTS]
        listed = tuple((Code.READ.button(label, document_id, place),) for label, place in shown)
        turning: list[Button] = []
        if page:
            turning.append(Code.CONTENTS.button(answers.PREVIOUS_PAGE, document_id, page - 1))
        if len(entries) > (page + 1) * CONTENTS:
            turning.append(Code.CONTENTS.button(answers.NEXT_PAGE, document_id, page + 1))
        within = (Code.WITHIN.button(texts.ASK_WITHIN, document_id),)
        read = (Code.READ.button(texts.READ, document_id, 0),) if passages else ()
        original = (Code.ORIGINAL.button(texts.ORIGINAL, document_id),)
        rows = (*listed, tuple(turning), within if passages else (), (*read, *original))
        return tuple(row for row in rows if row)

    def page(self, document: Document, page: int) -> Turn:
        """Show a page of a document, counted from 1."""
        starts = document.page_starts
        if not starts:
            return Turn.say(texts.NO_PAGES)
        if not 1 <= page <= len(starts):
            return Turn.say(texts.no_such_page(page, len(starts)))
        end = starts[page] if page < len(starts) else len(document.text)
        name = answers.document_name(document.kind, document.number) or document.title
        title = reply_layout.clipped(name, reply_layout.TITLE_LENGTH)
        spans = (
            Span(f"{title}, {answers.on_page(page)}/{len(starts)}", bold=True),
            Span("\n"),
            Span(document.text[starts[page - 1] : end].strip(), quote=Quote.FOLDED),
        )
        turning = [(answers.PREVIOUS_PAGE, page - 1)] if page > 1 else []
        turning += [(answers.NEXT_PAGE, page + 1)] if page < len(starts) else []
        pager = tuple(
            Code.DOCUMENT_PAGE.button(label, document.document_id, to) for label, to in turning
        )
        original = (Code.ORIGINAL.button(texts.ORIGINAL, document.document_id),)
        return Turn((Message(spans, tuple(row for row in (pager, original) if row)),))


def _contents(document: Document, passages: Sequence[Passage]) -> Iterator[tuple[str, int]]:
    """Yield the parts of a document, each with the place of its first passage.

    They are its articles, unless there are too many to leaf through.
    """
    body = [(place, one) for place, one in enumerate(passages) if is_body(one)]
    found = {level: _parts(body, level) for level in LEVELS}
    several = [level for level in LEVELS if len(found[level]) > 1]
    if not several:
        return
    level = next((one for one in several if len(found[one]) <= MOST_ENTRIES), several[0])
    for label, place in found[level]:
        yield _entry(label, document.text, passages[place]), place


def _parts(body: Sequence[tuple[int, Passage]], level: str) -> tuple[tuple[str, int], ...]:
    """Return the labels of a level, each with the place of its first passage."""
    runs = groupby(body, key=lambda one: getattr(one[1].locator, level))
    return tuple((label, next(run)[0]) for label, run in runs if label)


def _entry(label: str, text: str, passage: Passage) -> str:
    """Return the line that begins a part, "Điều 5. Thủ tục sinh hoạt đảng", with its title.

    The title of a chapter stands on the line below.
    """
    title = r"(?!\w)[.:]?[ \t]*(?P<same>.*)(?:\n(?P<next>.*))?"
    begins = re.search(rf"^{re.escape(label)}{title}", text, re.MULTILINE | re.IGNORECASE)
    if begins is None:
        rest = (passage.locator.heading or passage.text).split("\n", 1)[0]
        return reply_layout.clipped(f"{label}: {rest.rsplit(' › ', 1)[-1]}", LABEL)
    named = begins["same"] or (begins["next"] or "").capitalize()
    return reply_layout.clipped(f"{label}. {named}".strip(" ."), LABEL)
