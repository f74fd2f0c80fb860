"""What is asked of a document as a whole, and which one is meant."""

from dataclasses import dataclass, replace

from bot.conversation import reply_layout
from bot.conversation.answering import Answering, Hidden
from bot.conversation.browsing import Browsing
from bot.conversation.buttons import Code
from bot.conversation.document_facts.standing import Standing
from bot.conversation.document_list import Catalogue
from bot.texts import answers
from bot.texts import library as texts
from bot.turn import Chat, Message, Person, Turn
from documents.document import Document
from documents.store.library import Library
from documents.store.records import Head
from retrieval.answer import Response
from retrieval.question.document_request import DocumentRequest, Wish, request_in
from retrieval.question.followup import Earlier
from retrieval.question.several import questions_in

OFFERED = 5  # documents to choose from: with the question, half a screen of a phone
LABEL = 60  # characters of a button; Telegram takes 64


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks where, of what was spoken before, and the documents not shown there.

    ``hidden`` was so when they asked; ``now`` looks anew.
    """

    chat: Chat
    person: Person
    earlier: Earlier | None
    hidden: frozenset[str]
    now: Hidden


class DocumentDesk:
    """Hands out cards, files and pages, and asks back where no document is meant."""

    def __init__(
        self, library: Library, catalogue: Catalogue, browsing: Browsing, answering: Answering
    ) -> None:
        self._catalogue = catalogue
        self._browsing = browsing
        self._answering = answering
        self._standing = Standing(library)

    def take(self, by: Asker, text: str) -> Turn | None:
        """Answer a message that wants something of a document; None for any other question."""
        memory = self._answering.memory
        asked_before = memory.waiting(by.chat, by.person)
        request = request_in(text)
        titled = self._catalogue.titled(text, by.hidden) if request is None else ()
        if titled:
            request = DocumentRequest(Wish.CARD)
        if request is None:
            return None
        if request.number is None and not titled:
            return self._of_what_was_spoken_of(by, text, request)
        heads = titled
        if request.number is not None:
            heads = self._catalogue.bearing(request.number, by.hidden)
        if not heads:
            if not request.is_bare or request.number is None:
                return None  # the search says that there is no such document
            return self._answered(by, answers.numbered(request.number.written))
        if request.wish is Wish.CARD and asked_before is not None and len(heads) == 1:
            return self.choose(by, heads[0].document_id)
        if len(heads) > 1:
            return self._which(by, text, heads)
        return self._fulfil(by, text, request, heads[0].document_id)

    def choose(self, by: Asker, document_id: str) -> Turn:
        """Take the document that was asked back for."""
        text = self._answering.memory.waiting(by.chat, by.person) or ""
        wanted = [(one, request) for one in questions_in(text) if (request := request_in(one))]
        if not wanted:
            return self._browsing.show_document(document_id, by.hidden)
        turns = [self._fulfil(by, *each, document_id, repeat=True) for each in wanted]
        return replace(turns[0], messages=tuple(one for turn in turns for one in turn.messages))

    def ask_within(self, by: Asker, document_id: str) -> Turn:
        """Ask from now on of one document."""
        document = self._browsing.document(document_id, by.hidden)
        if document is None:
            return Turn(notice=texts.DOCUMENT_GONE)
        self._speak_of(by, document, stays_within=True)
        everywhere = Code.EVERYWHERE.button(texts.ASK_EVERYWHERE)
        return Turn.say(texts.asking_within(_name(document)), (everywhere,))

    def ask_everywhere(self, by: Asker) -> Turn:
        """Ask from now on of all documents again."""
        self._answering.memory.leave(by.chat, by.person)
        return Turn(notice=texts.ASKING_EVERYWHERE)

    def _of_what_was_spoken_of(self, by: Asker, text: str, request: DocumentRequest) -> Turn | None:
        document_id = by.earlier.document_id if by.earlier else None
        spoken_of = self._browsing.document(document_id, by.hidden) if document_id else None
        if spoken_of is None:
            heads = self._catalogue.heads(by.hidden)
            if not heads:
                return None
            if len(heads) > 1:
                return self._which(by, text, self._catalogue.newest(by.hidden)[:OFFERED])
            document_id = heads[0].document_id
        elif request.wish is Wish.FACT:
            return None  # a follow-up as any other
        return self._fulfil(by, text, request, document_id or "")

    def _which(self, by: Asker, text: str, heads: tuple[Head, ...]) -> Turn:
        self._answering.memory.wait(by.chat, by.person, text)
        rows = tuple(
            (Code.WHICH.button(reply_layout.clipped(_title(head), LABEL), head.document_id),)
            for head in heads[:OFFERED]
        )
        return Turn.say(texts.WHICH_DOCUMENT, *rows, (self._browsing.list_button(),))

    def _fulfil(
        self,
        by: Asker,
        text: str,
        request: DocumentRequest,
        document_id: str,
        repeat: bool = False,
    ) -> Turn:
        self._answering.memory.wait(by.chat, by.person, None)
        document = self._browsing.document(document_id, by.hidden)
        if document is None:
            return Turn(notice=texts.DOCUMENT_GONE)
        if request.wish is Wish.FACT:
            of = Earlier(_name(document), document_id)
            return self._answered(by, text, of, repeat)
        if request.wish in (Wish.CARD, Wish.FILE, Wish.PAGE):
            self._speak_of(by, document)
            if request.wish is Wish.CARD:
                return self._browsing.show_document(document_id, by.hidden)
            if request.wish is Wish.FILE:
                sent = self._browsing.send_original(document_id, by.hidden)
                return Turn.say(sent.notice) if sent.notice else sent
            return self._browsing.show_page(document_id, request.page or 1, by.hidden)
        reply = self._standing.reply(text, request.wish, document, by.hidden)
        response = Response(reply, text)
        message = self._answering.reply(
            by.chat, by.person, text, response, hidden=by.hidden, repeat=repeat
        )
        self._speak_of(by, document, self._answering.memory.last_id(by.chat, by.person))
        return Turn((message,))

    def _answered(
        self, by: Asker, text: str, earlier: Earlier | None = None, repeat: bool = False
    ) -> Turn:
        message: Message = self._answering.answer(
            by.chat, by.person, text, by.now, repeat, earlier or by.earlier
        )
        return Turn((message,))

    def _speak_of(
        self,
        by: Asker,
        document: Document,
        question_id: int | None = None,
        *,
        stays_within: bool = False,
    ) -> None:
        """Let what follows be of this document."""
        earlier = Earlier(_name(document), document.document_id, stays_within)
        self._answering.memory.speak_of(by.chat, by.person, earlier, question_id)


def _name(document: Document) -> str:
    return answers.document_name(document.kind, document.number) or document.title


def _title(head: Head) -> str:
    name = answers.document_name(head.kind, head.number) if head.number else None
    return f"{name} – {head.title}" if name else head.title
