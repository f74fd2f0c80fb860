"""The people on the other side: they type, press, send files, block, and Telegram tells the bot."""

import re
from collections.abc import Iterable
from dataclasses import replace

from tests.telegram_server.http import Upload
from tests.telegram_server.text import utf16_length
from tests.telegram_server.types import Chat, Entity, Person, SentMessage, Wire
from tests.telegram_server.world import World

# What Telegram finds in a typed text by itself, where it is of use to a bot.
FOUND = (
    ("bot_command", re.compile(r"(?<![\w/@])/[A-Za-z0-9_]{1,64}(@\w{3,32})?(?![\w/])")),
    ("mention", re.compile(r"(?<![\w/@])@[A-Za-z]\w{3,31}(?!\w)")),
    ("url", re.compile(r"https?://[^\s<>]+")),
)
GROUP_TITLE = "Chi bộ thử nghiệm"


def found_entities(text: str) -> tuple[Entity, ...]:
    """Return the commands, mentions and links that Telegram would mark in a typed text."""
    found = [
        Entity(kind, utf16_length(text[: match.start()]), utf16_length(match.group()))
        for kind, pattern in FOUND
        for match in pattern.finditer(text)
    ]
    return tuple(sorted(found, key=lambda entity: entity.offset))


class People:
    """The acting half of the server: every method here queues one update for the bot."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def send_text(
        self,
        chat_id: int,
        user_id: int,
        text: str,
        *,
        chat_type: str = "private",
        username: str | None = None,
        first_name: str = "An",
        title: str = GROUP_TITLE,
        reply_to: SentMessage | int | None = None,
        entities: Iterable[Entity] | None = None,
    ) -> SentMessage:
        """Type a text; commands, mentions and links get their entities unless some are given."""
        chat, person = self._meet(chat_id, user_id, chat_type, username, first_name, title)
        marked = found_entities(text) if entities is None else tuple(entities)
        answered = reply_to.message_id if isinstance(reply_to, SentMessage) else reply_to
        message = self.world.new_message(chat, person, text, entities=marked, reply_to=answered)
        await self.push("message", self.world.wire(message))
        return message

    async def edit_text(self, message: SentMessage, text: str) -> SentMessage:
        """Edit a typed message."""
        edited = replace(message, text=text, entities=found_entities(text))
        self.world.store(edited)
        body = {**self.world.wire(edited), "edit_date": edited.date + 1}
        await self.push("edited_message", body)
        return edited

    async def send_document(
        self,
        chat_id: int,
        user_id: int,
        file_name: str,
        content: bytes,
        caption: str | None = None,
        *,
        mime: str = "application/octet-stream",
        kind: str = "document",
        chat_type: str = "private",
    ) -> SentMessage:
        """Send a file; ``kind`` may be "photo" or "voice" too."""
        chat, person = self._meet(chat_id, user_id, chat_type)
        stored = self.world.keep_file(Upload(file_name, mime, content))
        caption = caption or ""
        message = self.world.new_message(
            chat, person, caption, entities=found_entities(caption), kind=kind, file=stored
        )
        await self.push("message", self.world.wire(message))
        return message

    async def press(self, message: SentMessage, text_or_data: str, user_id: int) -> str:
        """Press a button of a message as it was seen, edited since or not; the query's id."""
        button = message.button(text_or_data)
        if button.data is None:
            raise LookupError(f"the button {button.text!r} sends nothing to the bot")
        return await self.press_data(message.chat_id, message.message_id, button.data, user_id)

    async def press_data(self, chat_id: int, message_id: int, data: str, user_id: int) -> str:
        """Send any callback data from any message, as an old or a forged client can."""
        message = self.world.messages.get((chat_id, message_id))
        gone: Wire = {
            "chat": self.world.chats[chat_id].wire(),
            "message_id": message_id,
            "date": 0,
        }
        query_id = self.world.next_query_id()
        self.world.callback_queries.add(query_id)
        body: Wire = {
            "id": query_id,
            "from": self._person(user_id).wire(),
            "chat_instance": f"instance{chat_id}",
            "data": data,
            "message": self.world.wire(message) if message else gone,
        }
        await self.push("callback_query", body)
        return query_id

    def expire_queries(self) -> None:
        """Make every open callback and inline query too old to be answered."""
        self.world.callback_queries.clear()
        self.world.inline_queries.clear()

    async def send_inline_query(self, user_id: int, query: str, *, offset: str = "") -> str:
        """Type "@bot query" in some other chat; the query's id."""
        query_id = self.world.next_query_id()
        self.world.inline_queries.add(query_id)
        body: Wire = {
            "id": query_id,
            "from": self._person(user_id).wire(),
            "query": query,
            "offset": offset,
        }
        await self.push("inline_query", body)
        return query_id

    async def block(self, user_id: int) -> None:
        """Block the bot in a private chat: calls to it are 403 from now on."""
        await self._change(user_id, user_id, "blocked", ("member", "kicked"))

    async def unblock(self, user_id: int) -> None:
        """Take the bot back."""
        await self._change(user_id, user_id, "open", ("kicked", "member"))

    async def add_bot(self, chat_id: int, user_id: int, title: str = GROUP_TITLE) -> None:
        """Add the bot to a supergroup."""
        self._meet(chat_id, user_id, "supergroup", title=title)
        await self._change(chat_id, user_id, "open", ("left", "member"))

    async def remove_bot(self, chat_id: int, user_id: int) -> None:
        """Remove the bot from a group: calls to it are 403 from now on."""
        await self._change(chat_id, user_id, "left", ("member", "left"))

    async def upgrade_group(self, chat_id: int, user_id: int) -> int:
        """Turn a group into a supergroup; its new id, which calls to the old one are told."""
        new_id = self.world.migrate(chat_id)
        person = self._person(user_id)
        self.world.meet(self.world.chats[new_id], person)
        for here, field, there in (
            (chat_id, "migrate_to_chat_id", new_id),
            (new_id, "migrate_from_chat_id", chat_id),
        ):
            message = self.world.new_message(self.world.chats[here], person, "", kind="service")
            await self.push("message", {**self.world.wire(message), field: there})
        return new_id

    async def push(self, kind: str, body: Wire) -> int:
        """Queue any update, however strange; its id."""
        return (await self.world.updates.put(kind, body)).update_id

    def set_member(self, chat_id: int, user_id: int, status: str) -> None:
        """Say what getChatMember tells: "creator", "member" or "left"."""
        self.world.members[chat_id, user_id] = (self._person(user_id), status)

    async def _change(
        self, chat_id: int, user_id: int, state: str, statuses: tuple[str, str]
    ) -> None:
        self.world.set_state(chat_id, state)
        old, new = (self._membership(status) for status in statuses)
        body: Wire = {
            "chat": self.world.chats[chat_id].wire(),
            "from": self._person(user_id).wire(),
            "date": 1_760_000_000,
            "old_chat_member": old,
            "new_chat_member": new,
        }
        await self.push("my_chat_member", body)

    def _membership(self, status: str) -> Wire:
        extra: Wire = {"until_date": 0} if status == "kicked" else {}
        return {"user": self.world.bot.wire(), "status": status, **extra}

    def _meet(
        self,
        chat_id: int,
        user_id: int,
        chat_type: str,
        username: str | None = None,
        first_name: str = "An",
        title: str = GROUP_TITLE,
    ) -> tuple[Chat, Person]:
        if (chat_type == "private") != (chat_id == user_id):
            raise ValueError("a private chat has its user's id, and no other chat has")
        person = Person(user_id, first_name, username)
        if chat_type == "private":
            chat = Chat(chat_id, chat_type, first_name, username)
        else:
            chat = Chat(chat_id, chat_type, title=title)
        return self.world.meet(chat, person), person

    def _person(self, user_id: int) -> Person:
        for (_, known_id), (person, _) in self.world.members.items():
            if known_id == user_id:
                return person
        return Person(user_id, "An")
