"""Passages to quote in another chat: what inline mode offers while somebody types."""

from dataclasses import dataclass

from bot.conversation import reply_layout
from bot.conversation.answering import Ask, Hidden, asked
from bot.texts import answers
from bot.turn import Quote, Span
from documents.store.library import Library

SHORTEST = 6  # characters before a search is worth its while
OFFERED = 5
QUOTE_LENGTH = 900  # characters: with its source well within one message


@dataclass(frozen=True, slots=True)
class Snippet:
    """One passage: how the list shows it, and what is put into the chat."""

    key: str
    title: str
    about: str
    spans: tuple[Span, ...]


class Snippets:
    """Searches without leaving a trace in the log: what is typed here is no question yet."""

    def __init__(self, ask: Ask, library: Library) -> None:
        self._ask = ask
        self._library = library

    def find(self, text: str, hidden: Hidden) -> tuple[Snippet, ...]:
        """Return the passages nearest to a text, each as its best sentence with its source."""
        if len(text) < SHORTEST:
            return ()
        response, _unseen = asked(self._ask, text, None, hidden)
        snippets: list[Snippet] = []
        for citation in response.sources[:OFFERED]:
            document = self._library.document(citation.document_id)
            if document is None or document.secrecy:
                continue  # what is not for everybody is not put where others read
            quote = reply_layout.clipped(citation.quote, QUOTE_LENGTH)
            source = reply_layout.source_line(citation)
            spans = (
                Span(quote, quote=Quote.OPEN),
                Span("\n"),
                Span(answers.SOURCE),
                Span(source),
            )
            about = reply_layout.clipped(source, 120)
            snippets.append(
                Snippet(str(len(snippets)), reply_layout.clipped(quote, 80), about, spans)
            )
        return tuple(snippets)
