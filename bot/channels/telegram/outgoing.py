"""A turn of the conversation becomes messages in the outbox, and each of these one call."""

import asyncio
import base64
import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    MaybeInaccessibleMessage,
    MessageEntity,
    ReplyParameters,
)
from telegram import Message as TelegramMessage
from telegram.constants import MessageLimit
from telegram.error import BadRequest

from bot.channels.telegram.formatting import render
from bot.channels.telegram.polling import PollingBot
from bot.outbox.models import ButtonRows, OutgoingMessage
from bot.turn import Message, Rows, Turn
from documents.shown import shown_name

log = logging.getLogger(__name__)

MAX_CAPTION = int(MessageLimit.CAPTION_LENGTH)
MOST_KEYED = 3  # messages of one reply that a corrected question changes
MEDIA = ("document", "photo")

Addressed = tuple[str, OutgoingMessage]


def outgoing_of(
    turn: Turn,
    chat_id: str,
    reply_to: int | None = None,
    shown: MaybeInaccessibleMessage | None = None,
    answered: int | None = None,
) -> tuple[Addressed, ...]:
    """Return what to send, in order, with its chats.

    ``shown`` is the message whose button was pressed: an edit is left out where it changes nothing,
    and sent as a message where the old one cannot be edited. ``answered`` is the message that the
    turn answers, which it may withdraw.
    """
    outgoing: list[Addressed] = []
    if turn.withdraw and answered is not None:
        outgoing.append((chat_id, OutgoingMessage("delete", message_id=answered)))
    edited = shown if isinstance(shown, TelegramMessage) and shown.is_accessible else None
    if turn.edit:
        outgoing += ((chat_id, one) for one in _edit(turn.edit, edited))
    elif turn.rows is not None and edited:
        one = OutgoingMessage("rows", rows=_rows(turn.rows), message_id=edited.message_id)
        if _keyboard(one.rows) != edited.reply_markup:
            outgoing.append((chat_id, one))
    for message in turn.messages:
        outgoing += ((chat_id, one) for one in outgoing_parts(message, reply_to, owed=True))
    for other, message in turn.elsewhere:
        outgoing += ((other, one) for one in outgoing_parts(message))
    return tuple(outgoing)


def outgoing_parts(
    message: Message, reply_to: int | None = None, owed: bool = False
) -> Iterator[OutgoingMessage]:
    """Yield one message, or several where a limit asks for it; the buttons stand under the last."""
    parts = [replace(one, message_id=reply_to, owed=owed) for one in render(message.spans)]
    if message.file or message.picture:
        fits = len(parts) == 1 and len(parts[0].text) <= MAX_CAPTION
        caption = parts.pop() if fits else OutgoingMessage(message_id=reply_to, owed=owed)
        parts.append(_with_media(caption, message))
    yield from parts[:-1]
    yield from (replace(one, rows=_rows(message.buttons)) for one in parts[-1:])


async def send(bot: Bot, chat_id: int, message: OutgoingMessage) -> None:
    """Make the one call that a message stands for."""
    preview = LinkPreviewOptions(is_disabled=True)
    entities, keyboard = entities_of(message), _keyboard(message.rows)
    if message.action == "edit":
        await bot.edit_message_text(
            message.text,
            chat_id,
            message.message_id,
            entities=entities,
            reply_markup=keyboard,
            link_preview_options=preview,
        )
    elif message.action == "rows":
        await bot.edit_message_reply_markup(chat_id, message.message_id, reply_markup=keyboard)
    elif message.action == "delete" and message.message_id is not None:
        await bot.delete_message(chat_id, message.message_id)
    elif message.action in MEDIA:
        await _send_media(bot, chat_id, message)
    elif not await _changed_in_place(bot, chat_id, message):
        sent = await bot.send_message(
            chat_id,
            message.text,
            entities=entities,
            reply_markup=keyboard,
            reply_parameters=_reply_to(message),
            link_preview_options=preview,
        )
        if message.key is not None and isinstance(bot, PollingBot):
            bot.placed.note(chat_id, message.key, sent.message_id, message)


async def _changed_in_place(bot: Bot, chat_id: int, message: OutgoingMessage) -> bool:
    """Put a message in the place of the one before under its key, if that still stands."""
    if message.key is None or not isinstance(bot, PollingBot):
        return False
    before = bot.placed.find(chat_id, message.key)
    if before is None:
        return False
    message_id, said = before
    if (said.text, said.entities, said.rows) != (message.text, message.entities, message.rows):
        try:
            await send(bot, chat_id, replace(message, action="edit", message_id=message_id))
        except BadRequest as error:
            log.info("a message could not be changed in its place: %s", error.message)
            return False
    bot.placed.note(chat_id, message.key, message_id, message)
    return True


def keyed(
    messages: Iterable[Addressed], chat_id: str, key: str, most: int = MOST_KEYED
) -> tuple[Addressed, ...]:
    """Give the first messages to one chat keys, by their order; later ones take their place."""
    numbers = count()
    return tuple(
        (to, replace(one, key=f"{key}:{number}"))
        if to == chat_id and one.action == "message" and (number := next(numbers)) < most
        else (to, one)
        for to, one in messages
    )


def entities_of(message: OutgoingMessage) -> list[MessageEntity]:
    """Return a message's styles as Telegram's type."""
    return [MessageEntity(*entity) for entity in message.entities]


def _with_media(caption: OutgoingMessage, message: Message) -> OutgoingMessage:
    return replace(
        caption,
        action="document" if message.file else "photo",
        path=str(message.file.path) if message.file else None,
        name=shown_name(message.file.name) if message.file else None,
        image=base64.b64encode(message.picture).decode() if message.picture else None,
    )


def _edit(message: Message, shown: TelegramMessage | None) -> Iterator[OutgoingMessage]:
    parts = render(message.spans)
    if shown is None or shown.text is None or len(parts) != 1:
        yield from outgoing_parts(message, owed=True)
        return
    rows = _rows(message.buttons)
    if (parts[0].text, _keyboard(rows)) != (shown.text, shown.reply_markup):
        yield replace(parts[0], action="edit", rows=rows, message_id=shown.message_id)


async def _send_media(bot: Bot, chat_id: int, message: OutgoingMessage) -> None:
    if message.action == "photo":
        picture = base64.b64decode(message.image or "")
        await bot.send_photo(
            chat_id,
            InputFile(picture, filename=message.name or "bieu-do.png"),
            caption=message.text,
            caption_entities=entities_of(message),
            reply_markup=_keyboard(message.rows),
            reply_parameters=_reply_to(message),
        )
        return
    content = await asyncio.to_thread(Path(message.path or "").read_bytes)
    await bot.send_document(
        chat_id,
        InputFile(content, filename=message.name),
        caption=message.text,
        caption_entities=entities_of(message),
        reply_markup=_keyboard(message.rows),
        reply_parameters=_reply_to(message),
    )


def _rows(rows: Rows) -> ButtonRows:
    return tuple(tuple((shown_name(one.label), one.action) for one in row) for row in rows)


def _keyboard(rows: ButtonRows) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=code) for label, code in row] for row in rows]
    )


def _reply_to(message: OutgoingMessage) -> ReplyParameters | None:
    if message.message_id is None:
        return None
    return ReplyParameters(message.message_id, allow_sending_without_reply=True)
