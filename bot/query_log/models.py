"""What one question leaves in the log: its types, and how a response becomes them."""

from dataclasses import dataclass

from retrieval.answer import Answer, Citation, Response


@dataclass(frozen=True, slots=True)
class LoggedHit:
    """A passage found for a question; the quote is ``passage.text[quote_start:quote_end]``."""

    rank: int
    passage_id: str
    leg: str
    score: float
    quote_start: int
    quote_end: int
    place: int | None


@dataclass(frozen=True, slots=True)
class Logged:
    """A question as the log holds it, for its buttons."""

    question_id: int
    status: str
    thumb: int | None
    hits: tuple[LoggedHit, ...]

    @property
    def shown(self) -> tuple[LoggedHit, ...]:
        """The passages that the reply showed, in its order."""
        return tuple(sorted((h for h in self.hits if h.place), key=lambda h: h.place or 0))

    @property
    def others(self) -> tuple[LoggedHit, ...]:
        """The passages that the reply did not show, best first."""
        return tuple(hit for hit in self.hits if hit.place is None)


@dataclass(frozen=True, slots=True)
class Asked:
    """One of a person's own questions, as their history lists it."""

    question_id: int
    asked_at: str
    question: str
    status: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and what came of it; ``response`` is None where the search failed.

    ``chat_kind`` is "private", "group" or "terminal". ``secret`` are the ids of documents with a
    secrecy stamp among those found: of a reply that shows one, the words are not kept. ``limited``
    are those not shown to everybody that the reply shows or the question was read with: the words
    of the reading, too, may be theirs, and are not kept.
    """

    chat_id: str
    user_id: str
    question: str
    response: Response | None
    shown: str
    elapsed_ms: float
    chat_kind: str = "private"
    secret: frozenset[str] = frozenset()
    limited: frozenset[str] = frozenset()

    @property
    def withheld(self) -> frozenset[str]:
        """The documents that are neither quoted nor named in the log."""
        return self.secret | self.limited

    @property
    def status(self) -> str:
        """How it ended: "answered", "nearest" (only near passages), "refused" or "failed"."""
        if self.response is None:
            return "failed"
        reply = self.response.reply
        if isinstance(reply, Answer):
            return "answered"
        return "nearest" if reply.nearest else "refused"

    @property
    def reading(self) -> str:
        """What makes two questions the same: of a follow-up all that it means, not what it says."""
        follows = self.response and self.response.is_follow_up and not self.limited
        return self.response.understood_as if self.response and follows else self.question

    @property
    def cited(self) -> tuple[Citation, ...]:
        """The citations that the reply showed."""
        if self.response is None:
            return ()
        reply = self.response.reply
        return reply.citations if isinstance(reply, Answer) else reply.nearest


def logged_hits(response: Response) -> tuple[LoggedHit, ...]:
    """List what was found, with the place in the reply of what it showed.

    A cited passage that is not among the hits is listed after them, as leg "cited".
    """
    reply = response.reply
    cited = reply.citations if isinstance(reply, Answer) else reply.nearest
    # Reversed, so that of several quotes of one passage the first one counts.
    numbered = reversed(tuple(enumerate(cited, 1)))
    shown = {citation.passage_id: (place, citation) for place, citation in numbered}
    listed = []
    for rank, (hit, source) in enumerate(zip(response.hits, response.sources, strict=True), 1):
        place, citation = shown.pop(hit.passage.passage_id, (None, source))
        listed.append(_hit(rank, hit.leg, hit.score, place, citation))
    for rank, (place, citation) in enumerate(reversed(shown.values()), len(listed) + 1):
        listed.append(_hit(rank, "cited", 0.0, place, citation))
    return tuple(listed)


def document_of(passage_id: str) -> str:
    """Return the id of the document that a passage id begins with."""
    return passage_id.partition("/")[0]


def _hit(rank: int, leg: str, score: float, place: int | None, citation: Citation) -> LoggedHit:
    start = citation.quote_start
    end = start + len(citation.quote)
    return LoggedHit(rank, citation.passage_id, leg, score, start, end, place)
