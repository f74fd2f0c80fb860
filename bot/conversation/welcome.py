"""The first words: the greeting with questions to try, the help, the guide.

Only questions that the loaded documents really answer are given to try.
"""

import threading
from dataclasses import replace
from hashlib import sha256
from itertools import islice

from bot.access import Role
from bot.conversation.admission import Admission
from bot.conversation.answering import Ask
from bot.conversation.buttons import Code
from bot.query_log.log import QueryLog
from bot.texts import answers, welcome
from bot.turn import Button, Chat, Person, Turn
from documents.store.library import Library
from retrieval.answer import Answer

SHOWN = 3
KEPT = 8  # sets of hidden documents whose questions are kept; there is one a role and for groups
NAMED_AT_MOST = 3  # documents asked about by name, beside the general questions
KEY_LENGTH = 12  # characters of the hash that stands for a question in a button
STAFF = frozenset({Role.STAFF, Role.ADMIN})


class Examples:
    """Tries questions on the library, once for each generation and set of hidden documents."""

    def __init__(self, ask: Ask, library: Library) -> None:
        self._ask = ask
        self._library = library
        self._lock = threading.Lock()
        self._generation: int | None = None
        self._questions: dict[frozenset[str], tuple[str, ...]] = {}

    def questions(self, hidden: frozenset[str]) -> tuple[str, ...]:
        """Return up to three questions that are answered without the hidden documents."""
        with self._lock:
            generation = self._library.generation
            if generation != self._generation or len(self._questions) > KEPT:
                self._questions = {}
                self._generation = generation
            if hidden not in self._questions:
                self._questions[hidden] = self._answered(hidden)
            return self._questions[hidden]

    def button(self, question: str) -> Button:
        """Return the button that asks a question."""
        return Code.EXAMPLE.button(question, _key(question))

    def find(self, key: str, hidden: frozenset[str]) -> str | None:
        """Return the question a button stands for; None when it is no longer an example."""
        return next((one for one in self.questions(hidden) if _key(one) == key), None)

    def _answered(self, hidden: frozenset[str]) -> tuple[str, ...]:
        """Return the questions answered with the most confidence, the surest first."""
        candidates = self._candidates(hidden)
        replies = ((question, self._ask(question, None, hidden).reply) for question in candidates)
        sure = [(reply.confidence, q) for q, reply in replies if isinstance(reply, Answer)]
        sure.sort(key=lambda pair: -pair[0])
        return tuple(question for _, question in sure[:SHOWN])

    def _candidates(self, hidden: frozenset[str]) -> tuple[str, ...]:
        seen = (head for head in self._library.heads() if head.document_id not in hidden)
        heads = tuple(islice(seen, NAMED_AT_MOST))
        names = (answers.document_name(head.kind, head.number) for head in heads if head.number)
        named = tuple(welcome.what_is_in(name) for name in names if name)
        return welcome.EXAMPLES + named if heads else ()


class Welcome:
    """Says what the bot is for, to each what they may do."""

    def __init__(
        self, examples: Examples, query_log: QueryLog, admission: Admission | None
    ) -> None:
        self._examples = examples
        self._query_log = query_log
        self._admission = admission

    def start(self, chat: Chat, person: Person, hidden: frozenset[str]) -> Turn:
        """Greet, and put waiting requests before an administrator."""
        if self._admission:
            self._admission.access.know(person)
        privacy = welcome.privacy(self._query_log.mode, self._query_log.days)
        examples = self._examples.questions(hidden)
        text = f"{welcome.WELCOME}\n\n{privacy}"
        if examples:
            text += f"\n\n{welcome.TRY_ONE}"
        rows = tuple((self._examples.button(question),) for question in examples)
        turn = Turn.say(text, *rows)
        if self._admission and chat.private and self._admission.is_admin(person):
            return replace(turn, messages=turn.messages + self._admission.pending_cards())
        return turn

    def help(self, person: Person) -> Turn:
        """Say in short what the bot does."""
        is_admin = self._admission is not None and self._admission.is_admin(person)
        return Turn.say(welcome.HELP + (welcome.ADMIN_HELP if is_admin else ""))

    def guide(self, person: Person) -> Turn:
        """Say all that a reader can do, and what staff can do beside."""
        role = self._admission.access.role(person.user_id) if self._admission else None
        return Turn.say(welcome.GUIDE + (welcome.STAFF_GUIDE if role in STAFF else ""))


def _key(question: str) -> str:
    return sha256(question.encode()).hexdigest()[:KEY_LENGTH]
