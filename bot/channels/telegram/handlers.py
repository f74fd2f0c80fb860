"""One function for each kind of update: from Telegram's types to the conversation and back."""

import asyncio
import logging
import re
import traceback
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from telegram import Bot, CallbackQuery, ChatMember, Update
from telegram import Chat as TelegramChat
from telegram import Message as TelegramMessage
from telegram.constants import CallbackQueryLimit, ChatAction, ChatType
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.channels.telegram.delivery import Delivery
from bot.channels.telegram.menus import OwnMenus
from bot.channels.telegram.outgoing import keyed, outgoing_of, outgoing_parts
from bot.channels.telegram.worker import Worker
from bot.conversation.router import Conversation
from bot.outbox.async_store import AsyncMailbox
from bot.outbox.models import QueuedMessage
from bot.texts import answers
from bot.turn import Chat, Person, Turn
from documents.shown import shown, shown_name

log = logging.getLogger(__name__)

SERVICES = "services"  # its key in the application's bot_data
TYPING_AFTER = 0.6  # seconds: most answers come sooner, and every call counts against the limits
TYPING_SECONDS = 4.0  # Telegram shows "typing" for five
CORRECTED_WITHIN = timedelta(minutes=2)  # later, a new question is asked by a new message
NAME_LENGTH = 80  # characters of a name that anybody may choose freely

Context = ContextTypes.DEFAULT_TYPE
Step = Callable[[Chat, Person], Turn]


@dataclass(frozen=True, slots=True)
class Services:
    """What the handlers work with."""

    conversation: Conversation
    worker: Worker
    delivery: Delivery
    mailbox: AsyncMailbox
    menus: OwnMenus


async def on_text(update: Update, context: Context) -> None:
    """Answer a text, typed or under a picture; in a group only one that is addressed to the bot."""
    message = cast(TelegramMessage, update.effective_message)
    text = addressed(message, context.bot)
    if text is None:
        return
    services, answered = services_of(context), _answered(message, context.bot)
    async with _typing(context, message.chat):
        turn = await step(
            update,
            lambda chat, person: services.conversation.say(
                chat, person, text, answered, message.forward_origin is not None
            ),
        )
    await settle(update, context, turn)
    await _fit_menu(update, services)


async def on_edited(update: Update, context: Context) -> None:
    """Answer a message that was corrected soon after, in the place of the answer it had."""
    message = cast(TelegramMessage, update.edited_message)
    if message.edit_date and message.edit_date - message.date <= CORRECTED_WITHIN:
        await on_text(update, context)


async def on_other(update: Update, context: Context) -> None:
    """Answer a picture, a voice message, a sticker; in a group only a reply to the bot."""
    message = cast(TelegramMessage, update.message)
    if message.caption:
        await on_text(update, context)
        return
    if message.chat.type != ChatType.PRIVATE and not _replies_to(message, context.bot):
        return
    services, kind = services_of(context), _kind(message)
    turn = await step(update, lambda chat, person: services.conversation.show(chat, person, kind))
    await settle(update, context, turn)


async def on_button(update: Update, context: Context) -> None:
    """Carry out the press of a button, which may be years old or forged."""
    query = cast(CallbackQuery, update.callback_query)
    if query.message is None or query.data is None:
        await _acknowledge(query, answers.OLD_BUTTON)
        return
    services, action = services_of(context), query.data
    turn = await step(
        update, lambda chat, person: services.conversation.press(chat, person, action)
    )
    await _acknowledge(query, turn.notice)
    messages = outgoing_of(turn, str(query.message.chat.id), shown=query.message)
    announced: Sequence[QueuedMessage] = ()
    if turn.announce:  # before the press is done with: what is cut off between is pressed again
        (message,) = outgoing_parts(turn.announce.message)
        announced = await services.mailbox.announce(
            turn.announce.number, turn.announce.chats, message
        )
    await services.worker.settle(update.update_id, messages)
    services.delivery.announce(announced)
    await _fit_menu(update, services)


async def on_membership(update: Update, context: Context) -> None:
    """Note that somebody blocked the bot or a group removed it: nothing more is sent there."""
    change = update.my_chat_member
    if change and change.new_chat_member.status in (ChatMember.BANNED, ChatMember.LEFT):
        log.info("the bot was blocked by a person or removed from a group")


async def on_migration(update: Update, context: Context) -> None:
    """Follow a group that became a supergroup."""
    message = cast(TelegramMessage, update.message)
    if message.migrate_to_chat_id:
        services = services_of(context)
        await asyncio.to_thread(
            services.conversation.moved,
            str(message.chat_id),
            str(message.migrate_to_chat_id),
        )


async def on_error(update: object, context: Context) -> None:
    """Log what went wrong without a word of what was said, and tell who was waiting."""
    error = context.error
    log.error("%s at %s", type(error).__name__, _places(error))
    if not isinstance(update, Update) or update.inline_query:
        return
    chat = update.effective_chat
    chat_id = chat.id if chat else 0
    told = Turn.say(answers.FAILED) if isinstance(chat_id, int) and chat_id else Turn()
    await services_of(context).worker.settle(update.update_id, outgoing_of(told, str(chat_id)))


def addressed(message: TelegramMessage, bot: Bot) -> str | None:
    """Return the text meant for the bot, without its mention; None where it is for others."""
    text = message.text or message.caption or ""
    if text.startswith("/"):
        name = text.split(maxsplit=1)[0].partition("@")[2]
        return text if name.lower() in ("", bot.username.lower()) else None
    if message.chat.type == ChatType.PRIVATE:
        return text
    mention = re.compile(rf"(?<!\w)@{re.escape(bot.username)}(?!\w)", re.IGNORECASE)
    if mention.search(text):
        return mention.sub("", text)
    return text if _replies_to(message, bot) else None


def services_of(context: Context) -> Services:
    """Return what the handlers work with."""
    return cast(Services, context.bot_data[SERVICES])


async def step(update: Update, take: Step) -> Turn:
    """Take the conversation's next step off the event loop; a channel's post gets none."""
    chat, person = update.effective_chat, person_of(update)
    if chat is None or person is None:
        return Turn()
    title = printable(chat.title or "")
    return await asyncio.to_thread(
        take, Chat(str(chat.id), chat.type == ChatType.PRIVATE, title), person
    )


def person_of(update: Update) -> Person | None:
    """Return who sent an update, by the name an administrator would know them by."""
    user = update.effective_user
    if user is None:
        return None
    name = printable(f"{user.full_name} {user.name if user.username else ''}")
    return Person(str(user.id), name or str(user.id))


def printable(name: str) -> str:
    """Return a freely chosen name on one line, without what could disturb the text around it."""
    return shown_name(name)[:NAME_LENGTH]


def reply_to(message: TelegramMessage) -> int | None:
    """In a group, show which question is answered."""
    return None if message.chat.type == ChatType.PRIVATE else message.message_id


def _replies_to(message: TelegramMessage, bot: Bot) -> bool:
    answered = message.reply_to_message
    return bool(answered and answered.from_user and answered.from_user.id == bot.id)


def _answered(message: TelegramMessage, bot: Bot) -> tuple[str, ...]:
    """Return the actions of the buttons under the bot's message that this one replies to."""
    before = message.reply_to_message
    if before is None or before.reply_markup is None or not _replies_to(message, bot):
        return ()
    rows = before.reply_markup.inline_keyboard
    return tuple(str(button.callback_data) for row in rows for button in row)


def _kind(message: TelegramMessage) -> str:
    kinds = ("photo", "voice", "video_note", "audio", "document", "sticker")
    return next((kind for kind in kinds if getattr(message, kind)), "other")


async def settle(update: Update, context: Context, turn: Turn, key: str | None = None) -> None:
    """Answer a message with a turn, the first of it in the place of what a key stands for."""
    message = cast(TelegramMessage, update.effective_message)
    chat_id = str(message.chat_id)
    messages = outgoing_of(turn, chat_id, reply_to(message), answered=message.message_id)
    if key is None:
        messages = keyed(messages, chat_id, str(message.message_id))
    else:
        messages = keyed(messages, chat_id, key, most=1)
    await services_of(context).worker.settle(update.update_id, messages)


async def _fit_menu(update: Update, services: Services) -> None:
    chat, user = update.effective_chat, update.effective_user
    if chat and user and chat.id == user.id:
        await services.menus.fit(
            user.id, await asyncio.to_thread(services.conversation.role, str(user.id))
        )


@asynccontextmanager
async def _typing(context: Context, chat: TelegramChat) -> AsyncIterator[None]:
    """Show "typing" while a long block lasts; its troubles are nobody's.

    Not in groups, where every call counts against the twenty a minute for answers.
    """
    done = asyncio.Event()

    async def show() -> None:
        wait = TYPING_AFTER
        while True:
            try:
                async with asyncio.timeout(wait):
                    await done.wait()
            except TimeoutError:
                wait = TYPING_SECONDS
            else:
                return
            try:
                await context.bot.send_chat_action(chat.id, ChatAction.TYPING)
            except TelegramError as error:
                log.info("typing could not be shown: %s", type(error).__name__)
                return

    if chat.type == ChatType.PRIVATE:
        # Not awaited at the end: the answer must not wait for a slow "typing".
        context.application.create_task(show())
    try:
        yield
    finally:
        done.set()


async def _acknowledge(query: CallbackQuery, notice: str | None) -> None:
    limit = int(CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH)
    try:
        await query.answer(shown(notice)[:limit] if notice else None)
    except TelegramError as error:
        # Too old to be acknowledged, or the network is away; what it asks for is still done.
        log.info("a press was not acknowledged: %s", type(error).__name__)


def _places(error: BaseException | None) -> str:
    """Name where an error came from; its message is left out, since it may quote a question."""
    frames = traceback.extract_tb(error.__traceback__) if error else ()
    return " < ".join(f"{f.filename}:{f.lineno} {f.name}" for f in reversed(frames)) or "unknown"
