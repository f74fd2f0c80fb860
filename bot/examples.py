"""The example questions of /start: only ones that the loaded documents really answer."""

import threading
from hashlib import sha256

from bot import messages
from bot.answering import Ask
from documents.store.library import Library
from retrieval.answer import Answer

SHOWN = 3
NAMED_AT_MOST = 3  # documents asked about by name, beside the general questions
KEY_LENGTH = 12  # characters of the hash that stands for a question in a button


class Examples:
    """Tries questions on the library once for each generation of it."""

    def __init__(self, ask: Ask, library: Library) -> None:
        self._ask = ask
        self._library = library
        self._lock = threading.Lock()
        self._generation: int | None = None
        self._questions: tuple[str, ...] = ()

    def questions(self) -> tuple[str, ...]:
        """Return up to three questions that are answered."""
        with self._lock:
            generation = self._library.generation
            if generation != self._generation:
                self._questions = self._answered()
                self._generation = generation
            return self._questions

    def action(self, question: str) -> str:
        """Return the action of a question's button."""
        return f"e:{_key(question)}"

    def find(self, key: str) -> str | None:
        """Return the question a button stands for; None when it is no longer an example."""
        return next((question for question in self.questions() if _key(question) == key), None)

    def _answered(self) -> tuple[str, ...]:
        """Return the questions answered with the most confidence, the surest first."""
        replies = ((question, self._ask(question).reply) for question in self._candidates())
        sure = [(reply.confidence, q) for q, reply in replies if isinstance(reply, Answer)]
        sure.sort(key=lambda pair: -pair[0])
        return tuple(question for _, question in sure[:SHOWN])

    def _candidates(self) -> tuple[str, ...]:
        heads = self._library.heads()[:NAMED_AT_MOST]
        names = (messages.document_name(head.kind, head.number) for head in heads if head.number)
        named = tuple(messages.what_is_in(name) for name in names if name)
        return messages.EXAMPLES + named if heads else ()


def _key(question: str) -> str:
    return sha256(question.encode()).hexdigest()[:KEY_LENGTH]
