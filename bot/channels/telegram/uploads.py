"""Files that staff send: received at once, added in a lane of their own, told when done."""

import asyncio
import logging
from typing import cast

from telegram import Message as TelegramMessage
from telegram import Update
from telegram.constants import ChatType
from telegram.error import BadRequest, TelegramError

from bot.channels.telegram.handlers import Context, printable, services_of, settle, step
from bot.channels.telegram.outgoing import keyed, outgoing_of
from bot.texts import library as texts
from bot.turn import Turn

log = logging.getLogger(__name__)

FETCH_PAUSES = (1.0, 3.0, 10.0)  # seconds between tries to fetch a file


async def on_document(update: Update, context: Context) -> None:
    """Take a file of the staff: first say that it has come, then, in its own lane, add it."""
    message = cast(TelegramMessage, update.message)
    document = message.document
    if document is None or message.chat.type != ChatType.PRIVATE:
        return
    services = services_of(context)
    name = printable(document.file_name or document.file_unique_id)
    if services.worker.is_deferred(update):
        await settle(update, context, await _added(update, context, name), _key(message))
        return
    size, caption, album = document.file_size or 0, message.caption or "", _album(message)
    turn = await step(
        update,
        lambda chat, person: services.conversation.offer(chat, person, name, size, caption, album),
    )
    if turn.later:
        chat_id = str(message.chat_id)
        said = keyed(outgoing_of(turn, chat_id), chat_id, _key(message))
        await services.worker.defer(update, said)
    else:
        await settle(update, context, turn)


async def _added(update: Update, context: Context, name: str) -> Turn:
    message = cast(TelegramMessage, update.message)
    document, conversation = message.document, services_of(context).conversation
    path = await asyncio.to_thread(conversation.place, update.update_id, name)
    if document is None or path is None:
        return Turn()
    for pause in FETCH_PAUSES:
        try:
            file = await context.bot.get_file(document.file_id)
            await file.download_to_drive(path)
            break
        except BadRequest as error:
            log.info("a file could not be fetched: %s", error.message)
            return Turn.say(texts.FILE_NOT_FETCHED.format(name=name))
        except TelegramError as error:
            log.info("a file is fetched again after %s", type(error).__name__)
            await asyncio.sleep(pause)
    else:
        return Turn.say(texts.FILE_NOT_FETCHED.format(name=name))
    caption, album, sent_at = message.caption or "", _album(message), message.date
    return await step(
        update,
        lambda chat, person: conversation.fetched(chat, person, path, caption, sent_at, album),
    )


def _album(message: TelegramMessage) -> str | None:
    """Return what the files that are sent together have in common."""
    return f"{message.chat_id}:{message.media_group_id}" if message.media_group_id else None


def _key(message: TelegramMessage) -> str:
    """Return under which key it is told what became of a file; files of an album share it."""
    return _album(message) or str(message.message_id)
