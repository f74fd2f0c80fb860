"""The library to look through: the list of documents, one document, its passages, its original."""

from pathlib import Path
from typing import Protocol

from bot.conversation import reply_layout
from bot.conversation.buttons import Code, in_rows
from bot.conversation.document_facts.card import Cards
from bot.conversation.document_list import FACETS, Catalogue, Choice
from bot.texts import answers
from bot.texts import library as texts
from bot.turn import Button, File, Limits, Message, Rows, Span, Turn
from documents.document import Document, Passage
from documents.store import originals
from documents.store.library import Library
from documents.store.records import Head
from retrieval.answer import Citation

PAGE = 8  # documents on a page: one screen of a phone
VALUES = 24  # of a facet that is chosen from; the rest is found by words
LABEL = 60  # characters of a button; Telegram takes 64


class Shortcuts(Protocol):
    """Short numbers that stand for texts in buttons, also after a restart."""

    def shortcut(self, text: str) -> int:
        """Return the number of a text."""

    def behind(self, shortcut_id: int) -> str | None:
        """Return the text of a number."""


class Browsing:
    """Answers what concerns the documents themselves; ``hidden`` are those not to be shown."""

    def __init__(
        self, library: Library, catalogue: Catalogue, shortcuts: Shortcuts, limits: Limits
    ) -> None:
        self._library = library
        self._catalogue = catalogue
        self._shortcuts = shortcuts
        self._limits = limits
        self._cards = Cards(library)
        self._data = library.path.parent

    def search(self, words: str, hidden: frozenset[str]) -> Turn:
        """Carry out /vanban: list all documents, or those that fit the words."""
        choice = Choice(words=" ".join(words.split())[:LABEL] or None)
        message = self._page(choice, 0, hidden)
        if message:
            return Turn((message,))
        return Turn.say(texts.NONE_FITS if choice.words else texts.NO_DOCUMENTS)

    def latest(self, hidden: frozenset[str]) -> Turn:
        """Carry out /moi: what was added last."""
        heads = tuple(reversed(self._catalogue.heads(hidden)))[:PAGE]
        if not heads:
            return Turn.say(texts.NO_DOCUMENTS)
        return Turn((Message(_listed(texts.LATEST_HEAD, heads), _numbered(heads)),))

    def passage_message(self, citation: Citation, passage: Passage) -> Message:
        """Show a passage under its source, with the way to its neighbours and the original."""
        passages = self._library.passages_of(passage.document_id)
        ordinal = next(
            (n for n, one in enumerate(passages) if one.passage_id == passage.passage_id), 0
        )
        return self._reading(citation, passage, ordinal, len(passages))

    def turn_page(self, number: int, page: int, hidden: frozenset[str]) -> Turn:
        """Show another page of the list, or another list, in the place of the one before."""
        choice = self._choice(number)
        if choice is None:
            return Turn(notice=answers.OLD_BUTTON)
        message = self._page(choice, page, hidden)
        return Turn(edit=message) if message else Turn(notice=texts.NONE_FITS)

    def _page(self, choice: Choice, page: int, hidden: frozenset[str]) -> Message | None:
        heads = self._catalogue.chosen(choice, hidden)
        shown = heads[page * PAGE : (page + 1) * PAGE] if page >= 0 else ()
        if not shown:
            return None
        pages = -(-len(heads) // PAGE)
        key = self._number(choice)
        title = texts.list_head(len(heads), page + 1, pages, _described(choice))
        spans = _listed(title, shown)
        if choice == Choice() and not page:
            spans += (Span(f"\n\n{texts.SEARCH_HINT}", italic=True),)
        turning = [(answers.PREVIOUS_PAGE, page - 1)] if page else []
        turning += [(answers.NEXT_PAGE, page + 1)] if page + 1 < pages else []
        filters = [
            Code.FACET.button(texts.FACETS[facet], key, facet)
            for facet in FACETS
            if getattr(choice, facet) is None and len(heads) > 1
        ]
        if choice != Choice():
            all_key = self._number(Choice())
            filters.append(Code.LIST.button(texts.ALL_DOCUMENTS, all_key, 0))
        rows = (
            *_numbered(shown),
            tuple(Code.LIST.button(label, key, to) for label, to in turning),
            *in_rows(filters, 3),
        )
        return Message(spans, tuple(row for row in rows if row))

    def offer_values(self, number: int, facet: str, hidden: frozenset[str]) -> Turn:
        """Show what the list can be narrowed to by a facet."""
        choice = self._choice(number)
        if choice is None or facet not in FACETS:
            return Turn(notice=answers.OLD_BUTTON)
        values = self._catalogue.values(choice, facet, hidden)[:VALUES]
        buttons = [
            Code.LIST.button(
                f"{value[: LABEL - 8]} ({count})",
                self._shortcuts.shortcut(choice.having(facet, value).key()),
                0,
            )
            for value, count in values
        ]
        in_a_row = 3 if facet == "year" else 1
        rows = [tuple(buttons[n : n + in_a_row]) for n in range(0, len(buttons), in_a_row)]
        back = (Code.LIST.button(texts.BACK, number, 0),)
        return Turn(edit=Message.plain(texts.CHOOSE[facet], *rows, back))

    def show_document(self, document_id: str, hidden: frozenset[str]) -> Turn:
        """Show the card of a document."""
        document = self.document(document_id, hidden)
        if document is None:
            return Turn(notice=texts.DOCUMENT_GONE)
        return Turn((self._cards.of(document, hidden),))

    def turn_contents(self, document_id: str, page: int, hidden: frozenset[str]) -> Turn:
        """Show another page of the contents on a card."""
        document = self.document(document_id, hidden)
        if document is None:
            return Turn(notice=texts.DOCUMENT_GONE)
        return Turn(rows=self._cards.rows(document, page))

    def show_page(self, document_id: str, page: int, hidden: frozenset[str]) -> Turn:
        """Show a page of a document, counted from 1."""
        document = self.document(document_id, hidden)
        if document is None:
            return Turn(notice=texts.DOCUMENT_GONE)
        return self._cards.page(document, page)

    def leaf(self, document_id: str, page: int, hidden: frozenset[str]) -> Turn:
        """Show a page of a document in the place of its neighbour."""
        turn = self.show_page(document_id, page, hidden)
        return Turn(edit=turn.messages[0]) if turn.messages else turn

    def list_button(self) -> Button:
        """Return the button that lists all documents."""
        return Code.LIST.button(texts.ALL_OF_THEM, self._number(Choice()), 0)

    def show_passage(self, document_id: str, ordinal: int, hidden: frozenset[str]) -> Turn:
        """Show a passage of a document, counted from 0."""
        document = self.document(document_id, hidden)
        passages = self._library.passages_of(document.document_id) if document else ()
        if document is None or not passages:
            return Turn(notice=texts.DOCUMENT_GONE)
        if ordinal >= len(passages):
            return Turn(notice=texts.LAST_PASSAGE)
        passage = passages[ordinal]
        citation = Citation.of(1, document, passage, (0, len(passage.text)))
        return Turn((self._reading(citation, passage, ordinal, len(passages)),))

    def read_on(self, document_id: str, ordinal: int, hidden: frozenset[str]) -> Turn:
        """Show a passage in the place of its neighbour."""
        turn = self.show_passage(document_id, ordinal, hidden)
        return Turn(edit=turn.messages[0]) if turn.messages else turn

    def _reading(self, citation: Citation, passage: Passage, ordinal: int, count: int) -> Message:
        document_id = passage.document_id
        spans = reply_layout.passage_screen(citation, passage.text)
        if count > 1:
            spans += (Span(f"\n{texts.place_in(ordinal + 1, count)}", italic=True),)
        turning = [(texts.PREVIOUS_PASSAGE, ordinal - 1)] if ordinal else []
        turning += [(texts.NEXT_PASSAGE, ordinal + 1)] if ordinal + 1 < count else []
        pager = tuple(Code.READ_ON.button(label, document_id, to) for label, to in turning)
        last = (Code.ORIGINAL.button(texts.ORIGINAL, document_id),)
        rows: Rows = tuple(row for row in (pager, last) if row)
        return Message(spans, rows)

    def send_original(self, document_id: str, hidden: frozenset[str]) -> Turn:
        """Hand over the file that a document came in."""
        document = self.document(document_id, hidden)
        if document is None:
            return Turn(notice=texts.DOCUMENT_GONE)
        path = originals.place(self._data, document)
        if not path.is_file():
            return Turn(notice=texts.NO_ORIGINAL)
        limit = self._limits.sent_file
        if limit is not None and path.stat().st_size > limit:
            return Turn(notice=texts.original_too_large(limit))
        if originals.digest(path) != document.sha256:
            self._library.damage.note(texts.damaged_original(path.name, document_id))
            return Turn(notice=texts.ORIGINAL_DAMAGED)
        name = answers.document_name(document.kind, document.number) or document.title
        spans = (Span(reply_layout.clipped(name, reply_layout.TITLE_LENGTH)),)
        return Turn((Message(spans, file=File(path, _file_name(document, path))),))

    def _number(self, choice: Choice) -> int:
        return self._shortcuts.shortcut(choice.key())

    def _choice(self, number: int) -> Choice | None:
        key = self._shortcuts.behind(number)
        return None if key is None else Choice.of(key)

    def document(self, document_id: str, hidden: frozenset[str]) -> Document | None:
        """Return a document that is answered from; None where it is gone or hidden."""
        if document_id in hidden:
            return None
        document = self._library.document(document_id)
        return document if document and document.status != "superseded" else None


def _file_name(document: Document, path: Path) -> str:
    """Return the name it came under, with the suffix of what it is."""
    name = Path(document.source).name
    return name if Path(name).suffix.lower() == path.suffix else name + path.suffix


def _described(choice: Choice) -> str:
    words = texts.searched(choice.words) if choice.words else None
    return ", ".join(part for part in (choice.kind, choice.year, choice.issuer, words) if part)


def _listed(title: str, heads: tuple[Head, ...]) -> tuple[Span, ...]:
    lines = (f"\n{n}. {reply_layout.head_line(head)}" for n, head in enumerate(heads, 1))
    return (Span(title, bold=True), *(Span(line) for line in lines))


def _numbered(heads: tuple[Head, ...]) -> Rows:
    buttons = [Code.DOCUMENT.button(str(n), head.document_id) for n, head in enumerate(heads, 1)]
    return tuple(tuple(buttons[n : n + 8]) for n in range(0, len(buttons), 8))
