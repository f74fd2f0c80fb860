"""A paragraph without a question: what is to be asked of it, and the answers to that."""

from collections.abc import Callable
from dataclasses import replace

from bot.conversation.answering import Answering, Ask
from bot.conversation.buttons import Code
from bot.conversation.document_facts.standing import Standing
from bot.conversation.messages.document_desk import Asker
from bot.texts import answers
from bot.turn import Message, Turn
from documents.store.library import Library
from retrieval.answer import Answer, Citation, NoAnswer, Reason, Reply, Response
from retrieval.question.document_request import Wish
from retrieval.question.pasted import stands_in

LONGEST = 1000  # characters that are searched for: more only dilutes the search


class PastedText:
    """Asks back what is wanted of a paragraph, and answers it."""

    def __init__(self, ask: Ask, library: Library, answering: Answering) -> None:
        self._ask = ask
        self._library = library
        self._answering = answering
        self._standing = Standing(library)

    def ask_back(self, by: Asker, text: str) -> Turn:
        """Offer what can be asked of a paragraph."""
        self._answering.memory.paste(by.chat, by.person, text[:LONGEST])
        rows = tuple((Code.PASTED.button(one, n),) for n, one in enumerate(answers.OF_A_PARAGRAPH))
        return Turn.say(answers.WHAT_OF_THE_PARAGRAPH, *rows)

    def choose(self, by: Asker, choice: int) -> Turn:
        """Answer what was chosen."""
        text = self._answering.memory.pasted(by.chat, by.person)
        answered: tuple[Callable[[Asker, str], Message], ...] = (
            self._where_it_stands,
            self._what_is_near,
            self._whether_it_holds,
        )
        if text is None or choice >= len(answered):
            return Turn(notice=answers.OLD_BUTTON)
        return Turn((answered[choice](by, text),))

    def _what_is_near(self, by: Asker, text: str) -> Message:
        return self._answering.answer(by.chat, by.person, text, by.now)

    def _where_it_stands(self, by: Asker, text: str) -> Message:
        response, found = self._found(by, text)
        if found is None:
            return self._say(by, response, NoAnswer(text, Reason.NOTHING_FOUND))
        name = answers.document_name(found.kind, found.number) or f"“{found.title}”"
        lead = answers.paragraph_in(name)
        one = replace(found, marker=1)
        return self._say(by, response, Answer(text, lead, None, (one,), 1.0, ((0, len(lead)),)))

    def _whether_it_holds(self, by: Asker, text: str) -> Message:
        response, found = self._found(by, text)
        document = self._library.document(found.document_id) if found else None
        if document is None:
            return self._say(by, response, NoAnswer(text, Reason.NOTHING_FOUND))
        return self._say(
            by, response, self._standing.reply(text, Wish.IN_FORCE, document, by.hidden)
        )

    def _found(self, by: Asker, text: str) -> tuple[Response, Citation | None]:
        """Return what is found for a paragraph, and the source of which it is a part."""
        response = self._ask(text, None, by.hidden)
        pairs = zip(response.hits, response.sources, strict=True)
        same = (source for hit, source in pairs if stands_in(text, hit.passage.text))
        return response, next(same, None)

    def _say(self, by: Asker, response: Response, reply: Reply) -> Message:
        told = replace(response, reply=reply, understood_as=reply.question)
        return self._answering.reply(
            by.chat, by.person, reply.question, told, response.elapsed_ms, by.hidden
        )
