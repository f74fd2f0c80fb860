"""The library to look through: the list of documents, one document, its passages, its original."""

from pathlib import Path
from typing import Protocol

from bot.conversation import reply_layout
from bot.conversation.document_list import FACETS, Catalogue, Choice
from bot.texts import answers
from bot.texts import library as texts
from bot.turn import Button, File, Message, Rows, Span, Turn
from documents.document import Document, Passage
from documents.store import originals
from documents.store.library import Library
from documents.store.records import Head
from retrieval.answer import Citation

PAGE = 8  # documents on a page: one screen of a phone
VALUES = 24  # of a facet that is chosen from; the rest is found by words
LABEL = 60  # characters of a button; Telegram takes 64
MAX_ORIGINAL = 50 * 1024 * 1024  # bytes a bot may send
QUOTED = 200  # characters offered for quoting in another chat: Telegram takes 256


class Shortcuts(Protocol):
    """Short numbers that stand for texts in buttons, also after a restart."""

    def shortcut(self, text: str) -> int:
        """Return the number of a text."""

    def behind(self, shortcut_id: int) -> str | None:
        """Return the text of a number."""


class Browsing:
    """Answers what concerns the documents themselves; ``hidden`` are those not to be shown."""

    def __init__(self, library: Library, catalogue: Catalogue, shortcuts: Shortcuts) -> None:
        self._library = library
        self._catalogue = catalogue
        self._shortcuts = shortcuts
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

    def press(self, action: str, hidden: frozenset[str]) -> Turn | None:
        """Take a press of a button of this file; None for another's."""
        kind, *parts = action.split(":")
        presses = {
            "vl": self._turn_page,
            "vf": self._offer_values,
            "vd": self._show_document,
            "n": self._show_passage,
            "o": self._send_original,
        }
        pressed = presses.get(kind)
        if pressed is None:
            return None
        try:
            return pressed(parts, hidden)
        except (ValueError, IndexError, KeyError, TypeError):  # forged, or of another version
            return Turn(notice=answers.OLD_BUTTON)

    def passage_message(self, citation: Citation, passage: Passage) -> Message:
        """Show a passage under its source, with the way to its neighbours and the original."""
        passages = self._library.passages_of(passage.document_id)
        ordinal = next(
            (n for n, one in enumerate(passages) if one.passage_id == passage.passage_id), 0
        )
        return self._reading(citation, passage, ordinal, len(passages))

    def _turn_page(self, parts: list[str], hidden: frozenset[str]) -> Turn:
        choice, page = self._choice(parts[0]), int(parts[1])
        message = self._page(choice, page, hidden)
        return Turn(edit=message) if message else Turn(notice=texts.NONE_FITS)

    def _page(self, choice: Choice, page: int, hidden: frozenset[str]) -> Message | None:
        heads = self._catalogue.chosen(choice, hidden)
        shown = heads[page * PAGE : (page + 1) * PAGE] if page >= 0 else ()
        if not shown:
            return None
        pages = -(-len(heads) // PAGE)
        key = self._shortcuts.shortcut(choice.key())
        title = texts.list_head(len(heads), page + 1, pages, _described(choice))
        spans = _listed(title, shown)
        if choice == Choice() and not page:
            spans += (Span(f"\n\n{texts.SEARCH_HINT}", italic=True),)
        turning = [(answers.PREVIOUS_PAGE, page - 1)] if page else []
        turning += [(answers.NEXT_PAGE, page + 1)] if page + 1 < pages else []
        filters = [
            Button(texts.FACETS[facet], f"vf:{key}:{facet}")
            for facet in FACETS
            if getattr(choice, facet) is None and len(heads) > 1
        ]
        if choice != Choice():
            all_key = self._shortcuts.shortcut(Choice().key())
            filters.append(Button(texts.ALL_DOCUMENTS, f"vl:{all_key}:0"))
        rows = (
            *_numbered(shown),
            tuple(Button(label, f"vl:{key}:{to}") for label, to in turning),
            tuple(filters),
        )
        return Message(spans, tuple(row for row in rows if row))

    def _offer_values(self, parts: list[str], hidden: frozenset[str]) -> Turn:
        choice, facet = self._choice(parts[0]), parts[1]
        values = self._catalogue.values(choice, facet, hidden)[:VALUES]
        buttons = [
            Button(
                f"{value[: LABEL - 8]} ({count})",
                f"vl:{self._shortcuts.shortcut(choice.having(facet, value).key())}:0",
            )
            for value, count in values
        ]
        in_a_row = 3 if facet == "year" else 1
        rows = [tuple(buttons[n : n + in_a_row]) for n in range(0, len(buttons), in_a_row)]
        back = (Button(texts.BACK, f"vl:{parts[0]}:0"),)
        return Turn(edit=Message.plain(texts.CHOOSE[facet], *rows, back))

    def _show_document(self, parts: list[str], hidden: frozenset[str]) -> Turn:
        document = self._document(parts[0], hidden)
        if document is None:
            return Turn(notice=texts.DOCUMENT_GONE)
        newer = self._library.replaced_by(document.document_id)
        names = [answers.document_name(n.kind, n.number) or n.title for n in newer]
        passages = self._library.passages_of(document.document_id)
        spans = reply_layout.document_screen(document, ", ".join(names) or None)
        read = (Button(texts.READ, f"n:{document.document_id}:0"),) if passages else ()
        original = (Button(texts.ORIGINAL, f"o:{document.document_id}"),)
        return Turn((Message(spans, ((*read, *original),)),))

    def _show_passage(self, parts: list[str], hidden: frozenset[str]) -> Turn:
        document, ordinal = self._document(parts[0], hidden), int(parts[1])
        passages = self._library.passages_of(document.document_id) if document else ()
        if document is None or not passages:
            return Turn(notice=texts.DOCUMENT_GONE)
        if not 0 <= ordinal < len(passages):
            return Turn(notice=texts.LAST_PASSAGE if ordinal > 0 else texts.FIRST_PASSAGE)
        passage = passages[ordinal]
        citation = Citation.of(1, document, passage, (0, len(passage.text)))
        message = self._reading(citation, passage, ordinal, len(passages))
        # From the list a new message; from a passage its neighbour takes its place.
        return Turn((message,)) if len(parts) < 3 else Turn(edit=message)

    def _reading(self, citation: Citation, passage: Passage, ordinal: int, count: int) -> Message:
        document_id = passage.document_id
        spans = reply_layout.passage_screen(citation, passage.text)
        if count > 1:
            spans += (Span(f"\n{texts.place_in(ordinal + 1, count)}", italic=True),)
        turning = [(texts.PREVIOUS_PASSAGE, ordinal - 1)] if ordinal else []
        turning += [(texts.NEXT_PASSAGE, ordinal + 1)] if ordinal + 1 < count else []
        pager = tuple(Button(label, f"n:{document_id}:{to}:e") for label, to in turning)
        last = (Button(texts.ORIGINAL, f"o:{document_id}"),)
        rows: Rows = tuple(row for row in (pager, last) if row)
        return Message(spans, rows)

    def _send_original(self, parts: list[str], hidden: frozenset[str]) -> Turn:
        document = self._document(parts[0], hidden)
        if document is None:
            return Turn(notice=texts.DOCUMENT_GONE)
        path = originals.place(self._data, document)
        if not path.is_file():
            return Turn(notice=texts.NO_ORIGINAL)
        if path.stat().st_size > MAX_ORIGINAL:
            return Turn(notice=texts.ORIGINAL_TOO_LARGE)
        name = answers.document_name(document.kind, document.number) or document.title
        spans = (Span(reply_layout.clipped(name, reply_layout.TITLE_LENGTH)),)
        return Turn((Message(spans, file=File(path, _file_name(document, path))),))

    def _choice(self, number: str) -> Choice:
        key = self._shortcuts.behind(int(number))
        if key is None:
            raise ValueError(number)
        return Choice.of(key)

    def _document(self, document_id: str, hidden: frozenset[str]) -> Document | None:
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
    buttons = [Button(str(n), f"vd:{head.document_id}") for n, head in enumerate(heads, 1)]
    return tuple(tuple(buttons[n : n + 8]) for n in range(0, len(buttons), 8))
