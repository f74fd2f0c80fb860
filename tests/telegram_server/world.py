"""What Telegram remembers for one bot: chats, messages, files, open queries, commands, rate."""

import itertools
import time
from dataclasses import replace

from tests.telegram_server.http import Upload
from tests.telegram_server.rate import RateMeter
from tests.telegram_server.types import (
    UPGRADED,
    ApiError,
    Chat,
    Entity,
    Person,
    Rows,
    SentMessage,
    StoredFile,
    Wire,
    bad_request,
)
from tests.telegram_server.updates import UpdateQueue

SUPERGROUP = -1_000_000_000_000


class World:
    """The state behind the methods; the bot changes it by calls, the test by acting as a user."""

    def __init__(self, bot: Person) -> None:
        self.bot = bot
        self.chats: dict[int, Chat] = {}
        self.members: dict[tuple[int, int], tuple[Person, str]] = {}
        self.messages: dict[tuple[int, int], SentMessage] = {}
        self.files: dict[str, StoredFile] = {}
        self.updates = UpdateQueue()
        self.callback_queries: set[str] = set()
        self.inline_queries: set[str] = set()
        self.commands: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
        self.descriptions: dict[tuple[str, str], str] = {}
        self.rate = RateMeter()
        self._message_ids = itertools.count(101)
        self._file_ids = itertools.count(1)
        self._query_ids = itertools.count(9_000_000_001)

    def next_query_id(self) -> str:
        """Return a fresh id for a callback or inline query."""
        return str(next(self._query_ids))

    def meet(self, chat: Chat, person: Person) -> Chat:
        """Remember a chat and a member; what is known of the chat's state stays."""
        known = self.chats.get(chat.chat_id)
        self.chats[chat.chat_id] = known or chat
        self.members.setdefault((chat.chat_id, person.user_id), (person, "member"))
        return self.chats[chat.chat_id]

    def chat(self, chat_id: str) -> Chat:
        """Return the chat a call names; refuse one the bot never saw or may not use."""
        chat = self._known_chat(chat_id)
        if chat.migrated_to is not None:
            raise ApiError(400, f"Bad Request: {UPGRADED}", migrate_to=chat.migrated_to)
        if chat.state == "blocked":
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        if chat.state == "left":
            raise ApiError(403, f"Forbidden: bot is not a member of the {chat.type} chat")
        return chat

    def _known_chat(self, chat_id: str) -> Chat:
        if not chat_id:
            raise bad_request("chat_id is empty")
        if chat_id.removeprefix("-").isdecimal():
            if chat := self.chats.get(int(chat_id)):
                return chat
            if any(user_id == int(chat_id) for _, user_id in self.members):
                raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
        for chat in self.chats.values():
            if chat.type != "private" and chat.username and chat_id == f"@{chat.username}":
                return chat
        raise bad_request("chat not found")

    def set_state(self, chat_id: int, state: str) -> None:
        """Open, block or leave a chat."""
        self.chats[chat_id] = replace(self.chats[chat_id], state=state)

    def migrate(self, chat_id: int) -> int:
        """Turn a group into a supergroup; its new id."""
        old = self.chats[chat_id]
        new_id = SUPERGROUP - abs(chat_id)
        self.chats[new_id] = replace(old, chat_id=new_id, type="supergroup")
        self.chats[chat_id] = replace(old, migrated_to=new_id)
        return new_id

    def new_message(
        self,
        chat: Chat,
        sender: Person,
        text: str,
        *,
        entities: tuple[Entity, ...] = (),
        rows: Rows = (),
        reply_to: int | None = None,
        method: str = "user",
        kind: str = "text",
        file: StoredFile | None = None,
    ) -> SentMessage:
        """Store a message under a fresh id."""
        message = SentMessage(
            chat_id=chat.chat_id,
            message_id=next(self._message_ids),
            text=text,
            entities=entities,
            rows=rows,
            reply_to=reply_to,
            method=method,
            kind=kind,
            file=file,
            sender=sender,
            date=int(time.time()),
            at=time.monotonic(),
        )
        self.store(message)
        return message

    def store(self, message: SentMessage) -> None:
        """Keep a message as it now stands."""
        self.messages[message.chat_id, message.message_id] = message

    def keep_file(self, upload: Upload) -> StoredFile:
        """Store a file under a fresh id."""
        stored = StoredFile(
            f"FILE{next(self._file_ids):06}", upload.name, upload.mime, upload.content
        )
        self.files[stored.file_id] = stored
        return stored

    def wire(self, message: SentMessage, *, with_reply: bool = True) -> Wire:
        """Return a message as Telegram writes it."""
        body: Wire = {
            "message_id": message.message_id,
            "date": message.date,
            "chat": self.chats[message.chat_id].wire(),
        }
        if message.sender:
            body["from"] = message.sender.wire()
        prefix = "" if message.kind == "text" else "caption_"
        if message.text:
            body["text" if message.kind == "text" else "caption"] = message.text
        if message.entities:
            body[f"{prefix}entities"] = [entity.wire() for entity in message.entities]
        if message.file:
            body[message.kind] = _file_wire(message.kind, message.file)
        if message.rows:
            body["reply_markup"] = {
                "inline_keyboard": [[button.wire() for button in row] for row in message.rows]
            }
        answered = self.messages.get((message.chat_id, message.reply_to or 0))
        if with_reply and answered:
            body["reply_to_message"] = self.wire(answered, with_reply=False)
        return body


def _file_wire(kind: str, file: StoredFile) -> Wire | list[Wire]:
    body = file.wire()
    if kind == "photo":
        size = {name: body[name] for name in ("file_id", "file_unique_id", "file_size")}
        return [{**size, "width": 640, "height": 480}]
    if kind == "voice":
        return {**body, "duration": 3}
    return body
