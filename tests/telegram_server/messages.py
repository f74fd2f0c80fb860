"""The methods that put messages into chats, change them, and answer what people press."""

import time
from dataclasses import replace

from tests.telegram_server.parameters import Parameters
from tests.telegram_server.rules import (
    CHAT_ACTIONS,
    check_inline_results,
    inline_rows,
    refuse_markup,
)
from tests.telegram_server.text import MAX_CAPTION, accept, is_url, read_entities, utf16_length
from tests.telegram_server.types import (
    NOT_MODIFIED,
    CallbackAnswer,
    Chat,
    Entity,
    SentMessage,
    StoredFile,
    Wire,
    bad_request,
)
from tests.telegram_server.world import World

MAX_ANSWER = 200
DELETABLE_SECONDS = 48 * 3600  # after it was sent, for everybody in the chat
MAX_PHOTO = 10 * 1024 * 1024
PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"RIFF")  # how PNG, JPEG, GIF, WebP begin
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


class MessageMethods:
    """Serves the calls about messages; ``sent`` and the answers are the test's view of them."""

    def __init__(self, world: World, *, strict_rate: bool) -> None:
        self.world = world
        self.strict_rate = strict_rate
        self.sent: list[SentMessage] = []
        self.answers: list[CallbackAnswer] = []
        self.inline_answers: list[tuple[str, tuple[str, ...]]] = []
        self.actions: list[tuple[int, str]] = []

    async def send_message(self, call: Parameters) -> Wire:
        chat = self.world.chat(call.text("chat_id"))
        text, entities = _text(call)
        return self._send(call, chat, "sendMessage", "text", text, entities)

    async def send_document(self, call: Parameters) -> Wire:
        return self._send_file(call, "sendDocument", "document")

    async def send_photo(self, call: Parameters) -> Wire:
        upload = call.upload("photo")
        if upload and len(upload.content) > MAX_PHOTO:
            raise bad_request("file is too big for a photo")
        if upload and not upload.content.startswith(PICTURES):
            raise bad_request("IMAGE_PROCESS_FAILED")
        return self._send_file(call, "sendPhoto", "photo")

    async def copy_message(self, call: Parameters) -> Wire:
        chat = self.world.chat(call.text("chat_id"))
        source = self.world.chat(call.text("from_chat_id"))
        original = self.world.messages.get((source.chat_id, call.integer("message_id")))
        if original is None:
            raise bad_request("message to copy not found")
        text, entities = original.text, original.entities
        if original.kind != "text" and call.text("caption"):
            text, entities = _caption(call)
        body = self._send(
            call, chat, "copyMessage", original.kind, text, entities, file=original.file
        )
        return {"message_id": body["message_id"]}

    async def edit_message_text(self, call: Parameters) -> Wire:
        message = self._own_message(call, "edit")
        if message.kind != "text":
            raise bad_request("there is no text in the message to edit")
        text, entities = _text(call)
        return self._edit(call, message, "editMessageText", text, entities)

    async def edit_message_caption(self, call: Parameters) -> Wire:
        message = self._own_message(call, "edit")
        if message.kind == "text":
            raise bad_request("there is no caption in the message to edit")
        text, entities = _caption(call)
        return self._edit(call, message, "editMessageCaption", text, entities)

    async def edit_message_reply_markup(self, call: Parameters) -> Wire:
        message = self._own_message(call, "edit")
        return self._edit(call, message, "editMessageReplyMarkup", message.text, message.entities)

    async def delete_message(self, call: Parameters) -> bool:
        chat = self.world.chat(call.text("chat_id"))
        message = self.world.messages.get((chat.chat_id, call.integer("message_id")))
        if message is None:
            raise bad_request("message to delete not found")
        is_others = message.sender != self.world.bot and chat.type != "private"
        if is_others or time.time() - message.date > DELETABLE_SECONDS:
            raise bad_request("message can't be deleted")
        del self.world.messages[chat.chat_id, message.message_id]
        return True

    async def send_chat_action(self, call: Parameters) -> bool:
        chat = self.world.chat(call.text("chat_id"))
        action = call.text("action")
        if action not in CHAT_ACTIONS:
            raise bad_request("wrong parameter action in request")
        self.actions.append((chat.chat_id, action))
        return True

    async def answer_callback_query(self, call: Parameters) -> bool:
        query_id, text = call.text("callback_query_id"), call.text("text")
        if utf16_length(text) > MAX_ANSWER:
            raise bad_request("MESSAGE_TOO_LONG")
        if query_id not in self.world.callback_queries:
            raise bad_request(TOO_OLD)
        url = call.text("url") or None
        if url and not is_url(url):
            raise bad_request("URL_INVALID")
        self.world.callback_queries.discard(query_id)
        self.answers.append(CallbackAnswer(query_id, text, call.flag("show_alert"), url))
        return True

    async def answer_inline_query(self, call: Parameters) -> bool:
        query_id = call.text("inline_query_id")
        ids = check_inline_results(call.decoded("results"))
        if len(call.text("next_offset").encode()) > 64:
            raise bad_request("NEXT_OFFSET_INVALID")
        if query_id not in self.world.inline_queries:
            raise bad_request(TOO_OLD)
        self.world.inline_queries.discard(query_id)
        self.inline_answers.append((query_id, ids))
        return True

    def _send_file(self, call: Parameters, method: str, kind: str) -> Wire:
        chat = self.world.chat(call.text("chat_id"))
        caption, entities = _caption(call)
        upload = call.upload(kind)
        stored = self.world.keep_file(upload) if upload else self.world.files.get(call.text(kind))
        if stored is None:
            raise bad_request(
                f"wrong remote file identifier specified: {call.text(kind)!r}"
                if call.text(kind)
                else f"there is no {kind} in the request"
            )
        return self._send(call, chat, method, kind, caption, entities, file=stored)

    def _send(
        self,
        call: Parameters,
        chat: Chat,
        method: str,
        kind: str,
        text: str,
        entities: tuple[Entity, ...],
        *,
        file: StoredFile | None = None,
    ) -> Wire:
        rows = inline_rows(call.decoded("reply_markup"))
        reply_to = self._reply_to(call, chat)
        self.world.rate.count(chat.chat_id, time.monotonic(), strict=self.strict_rate)
        message = self.world.new_message(
            chat,
            self.world.bot,
            text,
            entities=entities,
            rows=rows,
            reply_to=reply_to,
            method=method,
            kind=kind,
            file=file,
        )
        self.sent.append(message)
        return self.world.wire(message)

    def _reply_to(self, call: Parameters, chat: Chat) -> int | None:
        asked = call.decoded("reply_parameters")
        if asked is None:
            return None
        if not isinstance(asked, dict) or not isinstance(asked.get("message_id"), int):
            raise bad_request("can't parse reply parameters: message_id is not specified")
        if asked.get("quote_parse_mode"):
            raise bad_request("quote_parse_mode is given; this project formats with entities only")
        message_id: int = asked["message_id"]
        answered = self.world.messages.get((chat.chat_id, message_id))
        if answered is None:
            if asked.get("allow_sending_without_reply"):
                return None
            raise bad_request("message to be replied not found")
        if str(asked.get("quote", "")) not in answered.text:
            raise bad_request("message quote not found: QUOTE_TEXT_INVALID")
        return message_id

    def _own_message(self, call: Parameters, verb: str) -> SentMessage:
        if call.text("inline_message_id"):
            raise bad_request("MESSAGE_ID_INVALID")
        chat = self.world.chat(call.text("chat_id"))
        if not call.integer("message_id"):
            raise bad_request("message identifier is not specified")
        message = self.world.messages.get((chat.chat_id, call.integer("message_id")))
        if message is None:
            raise bad_request(f"message to {verb} not found")
        if message.sender != self.world.bot:
            raise bad_request(f"message can't be {verb}ed")
        return message

    def _edit(
        self,
        call: Parameters,
        message: SentMessage,
        method: str,
        text: str,
        entities: tuple[Entity, ...],
    ) -> Wire:
        markup = call.decoded("reply_markup")
        if isinstance(markup, dict) and "inline_keyboard" not in markup:
            raise bad_request("inline keyboard expected")
        rows = inline_rows(markup)
        edited = replace(message, text=text, entities=entities, rows=rows)
        if edited == message:
            raise bad_request(NOT_MODIFIED)
        # The stored message keeps how it came; what the test sees says how it changed.
        self.world.store(edited)
        self.sent.append(replace(edited, method=method, at=time.monotonic()))
        return self.world.wire(edited)


def _text(call: Parameters) -> tuple[str, tuple[Entity, ...]]:
    refuse_markup(call.fields)
    return accept(call.text("text"), read_entities(call.decoded("entities")))


def _caption(call: Parameters) -> tuple[str, tuple[Entity, ...]]:
    refuse_markup(call.fields)
    return accept(
        call.text("caption"),
        read_entities(call.decoded("caption_entities")),
        limit=MAX_CAPTION,
        may_be_empty=True,
        what="message caption",
    )
