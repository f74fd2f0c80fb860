"""The passages behind an answer: one in full, and the others in pages."""

from bot.conversation import reply_layout
from bot.conversation.browsing import Browsing
from bot.conversation.buttons import Code, in_rows
from bot.query_log.log import Logged, LoggedHit, QueryLog
from bot.query_log.models import document_of
from bot.texts import answers
from bot.turn import Message, Rows, Turn
from documents.document import Passage
from documents.store.library import Library
from retrieval.answer import Citation

PAGE = 3  # sources on a page: what a phone shows without losing the thread

Cited = tuple[Citation, Passage]


class Sources:
    """Shows what was found for a logged question, from the library as it is now."""

    def __init__(self, library: Library, query_log: QueryLog, browsing: Browsing) -> None:
        self._library = library
        self._query_log = query_log
        self._browsing = browsing

    def passage(self, logged: Logged, rank: int, hidden: frozenset[str]) -> Turn:
        """Show a passage in full."""
        hit = next((hit for hit in logged.hits if hit.rank == rank), None)
        if hit is None:
            return Turn(notice=answers.OLD_BUTTON)
        cited = self._cite(hit, 1, hidden)
        if cited is None:
            return Turn(notice=answers.PASSAGE_GONE)
        return Turn((self._browsing.passage_message(*cited),))

    def page(self, logged: Logged, page: int, hidden: frozenset[str]) -> Turn:
        """Show a page of the passages that the reply did not show, as a message of its own."""
        message = self._page(logged, logged.others, page, hidden)
        return Turn((message,)) if message else Turn(notice=answers.NO_MORE_SOURCES)

    def turn_page(self, logged: Logged, page: int, hidden: frozenset[str]) -> Turn:
        """Show another page in the place of the one before."""
        message = self._page(logged, logged.others, page, hidden)
        return Turn(edit=message) if message else Turn(notice=answers.NO_MORE_SOURCES)

    def all_of(self, logged: Logged, hidden: frozenset[str]) -> Message | None:
        """Show the passages that the reply showed; the others are a button away."""
        others = _known(logged.others, hidden)
        shown = logged.shown or others[:PAGE]
        cited = [(hit, self._cite(hit, n, hidden)) for n, hit in enumerate(shown, 1)]
        alive = [(hit, both[0]) for hit, both in cited if both]
        if not alive:
            return None
        spans = reply_layout.sources_screen(
            (citation for _, citation in alive), 1, 1, answers.SOURCES
        )
        rows = [*self._numbered(logged, alive)]
        if others and logged.shown:
            rows.append((Code.SOURCES.button(answers.MORE_SOURCES, logged.question_id, 0),))
        return Message(spans, tuple(rows))

    def _page(
        self, logged: Logged, hits: tuple[LoggedHit, ...], page: int, hidden: frozenset[str]
    ) -> Message | None:
        """Return a page, counted from 0."""
        hits = _known(hits, hidden)
        pages = -(-len(hits) // PAGE)
        first = page * PAGE
        marked = enumerate(hits[first : first + PAGE], first + 1)
        cited = [(hit, self._cite(hit, marker, hidden)) for marker, hit in marked]
        alive = [(hit, both[0]) for hit, both in cited if both]
        if not alive:
            return None
        spans = reply_layout.sources_screen((citation for _, citation in alive), page + 1, pages)
        turning = [(answers.PREVIOUS_PAGE, page - 1)] if page else []
        turning += [(answers.NEXT_PAGE, page + 1)] if page + 1 < pages else []
        pager = tuple(Code.TURN.button(label, logged.question_id, to) for label, to in turning)
        return Message(spans, (*self._numbered(logged, alive), *((pager,) if pager else ())))

    def _numbered(self, logged: Logged, alive: list[tuple[LoggedHit, Citation]]) -> Rows:
        return in_rows(
            [
                Code.PASSAGE.button(
                    answers.passage_number(citation.marker), logged.question_id, hit.rank
                )
                for hit, citation in alive
            ],
            PAGE,
        )

    def _cite(self, hit: LoggedHit, marker: int, hidden: frozenset[str]) -> Cited | None:
        """Cite a logged hit; None where it is gone, or no longer shown to this reader."""
        passage = self._library.passage(hit.passage_id)
        if passage is None or passage.document_id in hidden:
            return None
        document = self._library.document(passage.document_id)
        if document is None:
            return None
        span = (hit.quote_start, hit.quote_end)
        if not span[0] < span[1] <= len(passage.text):
            span = (0, len(passage.text))
        newer = self._library.replaced_by(document.document_id, hidden)
        names = [answers.document_name(n.kind, n.number) or n.title for n in newer]
        return Citation.of(marker, document, passage, span, ", ".join(names) or None), passage


def _known(hits: tuple[LoggedHit, ...], hidden: frozenset[str]) -> tuple[LoggedHit, ...]:
    """Leave out what is hidden by now, of which no page and no number is to tell."""
    return tuple(hit for hit in hits if document_of(hit.passage_id) not in hidden)
