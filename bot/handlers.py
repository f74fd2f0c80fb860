"""One function for each kind of update: from Telegram's types to the conversation and back."""

import asyncio
import logging
import re
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import cast

from telegram import (
    Bot,
    CallbackQuery,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MaybeInaccessibleMessage,
    ReplyParameters,
    Update,
)
from telegram import Chat as TelegramChat
from telegram import Message as TelegramMessage
from telegram.constants import CallbackQueryLimit, ChatAction, ChatType
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError
from telegram.ext import ContextTypes

from bot import messages
from bot.conversation import Conversation
from bot.render import Part, keyboard, render
from bot.turn import Chat, Message, Person, Turn

log = logging.getLogger(__name__)

CONVERSATION = "conversation"  # its key in the application's bot_data
TYPING_SECONDS = 4.0  # Telegram shows "typing" for five
NAME_LENGTH = 80  # characters of a name that anybody may choose freely

Context = ContextTypes.DEFAULT_TYPE
Step = Callable[[Chat, Person], Turn]


async def on_text(update: Update, context: Context) -> None:
    """Answer a typed text; in a group only one that is addressed to the bot."""
    message = cast(TelegramMessage, update.message)
    text = addressed(message, context.bot)
    if text is None:
        return
    conversation = _conversation(context)
    async with _typing(context, message.chat):
        turn = await _step(update, lambda chat, person: conversation.say(chat, person, text))
    await _deliver(context.bot, message.chat_id, turn, _reply_to(message))


async def on_other(update: Update, context: Context) -> None:
    """Answer a picture, a voice message, a sticker; in a group only a reply to the bot."""
    message = cast(TelegramMessage, update.message)
    if message.chat.type != ChatType.PRIVATE and not _replies_to(message, context.bot):
        return
    turn = await _step(update, _conversation(context).show)
    await _deliver(context.bot, message.chat_id, turn, _reply_to(message))


async def on_button(update: Update, context: Context) -> None:
    """Carry out the press of a button, which may be years old or forged."""
    query = cast(CallbackQuery, update.callback_query)
    if query.message is None or query.data is None:
        await _acknowledge(query, messages.OLD_BUTTON)
        return
    conversation, action = _conversation(context), query.data
    turn = await _step(update, lambda chat, person: conversation.press(chat, person, action))
    await _acknowledge(query, turn.notice)
    turn = await _edit(context.bot, query.message, turn)
    await _deliver(context.bot, query.message.chat.id, turn)


async def on_error(update: object, context: Context) -> None:
    """Log what went wrong without a word of what was said, and tell who was waiting."""
    error = context.error
    if isinstance(error, Forbidden):
        log.info("a chat does not want to hear from the bot")
        return
    log.error("%s at %s", type(error).__name__, _places(error))
    waiting = update.effective_chat if isinstance(update, Update) else None
    if waiting is None or isinstance(error, TelegramError):
        return
    try:
        await _deliver(context.bot, waiting.id, Turn.say(messages.FAILED))
    except TelegramError as second:
        log.warning("the failure could not be told: %s", type(second).__name__)


def addressed(message: TelegramMessage, bot: Bot) -> str | None:
    """Return the text meant for the bot, without its mention; None where it is for others."""
    text = message.text or ""
    if text.startswith("/"):
        name = text.split(maxsplit=1)[0].partition("@")[2]
        return text if name.lower() in ("", bot.username.lower()) else None
    if message.chat.type == ChatType.PRIVATE:
        return text
    mention = re.compile(rf"(?<!\w)@{re.escape(bot.username)}(?!\w)", re.IGNORECASE)
    if mention.search(text):
        return mention.sub("", text)
    return text if _replies_to(message, bot) else None


def _replies_to(message: TelegramMessage, bot: Bot) -> bool:
    answered = message.reply_to_message
    return bool(answered and answered.from_user and answered.from_user.id == bot.id)


def _conversation(context: Context) -> Conversation:
    return cast(Conversation, context.bot_data[CONVERSATION])


async def _step(update: Update, step: Step) -> Turn:
    """Take the conversation's next step off the event loop; a channel's post gets none."""
    chat, user = update.effective_chat, update.effective_user
    if chat is None or user is None:
        return Turn()
    name = " ".join(f"{user.full_name} {user.name if user.username else ''}".split())
    printable = "".join(char for char in name if char.isprintable())
    person = Person(user.id, printable[:NAME_LENGTH] or str(user.id))
    return await asyncio.to_thread(step, Chat(chat.id, chat.type == ChatType.PRIVATE), person)


@asynccontextmanager
async def _typing(context: Context, chat: TelegramChat) -> AsyncIterator[None]:
    """Show "typing" for as long as the block lasts; its troubles are nobody's.

    Not in groups, where every call counts against the twenty a minute for answers.
    """
    done = asyncio.Event()

    async def show() -> None:
        while not done.is_set():
            try:
                await context.bot.send_chat_action(chat.id, ChatAction.TYPING)
                async with asyncio.timeout(TYPING_SECONDS):
                    await done.wait()
            except TimeoutError:
                continue
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


def _reply_to(message: TelegramMessage) -> ReplyParameters | None:
    """In a group, show which question is answered."""
    if message.chat.type == ChatType.PRIVATE:
        return None
    return ReplyParameters(message.message_id, allow_sending_without_reply=True)


async def _deliver(
    bot: Bot, chat_id: int, turn: Turn, reply_to: ReplyParameters | None = None
) -> None:
    for message in turn.messages:
        await _send(bot, chat_id, message, reply_to)
    for other, message in turn.elsewhere:
        try:
            await _send(bot, other, message)
        except (BadRequest, Forbidden) as error:
            # An admin who never opened the bot; the card comes with their /start.
            log.warning("a message for another chat was refused: %s", type(error).__name__)


async def _send(
    bot: Bot, chat_id: int, message: Message, reply_to: ReplyParameters | None = None
) -> None:
    parts = render(message.spans)
    for number, part in enumerate(parts, 1):
        markup = keyboard(message.buttons) if number == len(parts) else None
        try:
            await _send_part(bot, chat_id, part, markup, reply_to)
        except ChatMigrated as moved:
            chat_id, reply_to = moved.new_chat_id, None
            await _send_part(bot, chat_id, part, markup, reply_to)


async def _send_part(
    bot: Bot,
    chat_id: int,
    part: Part,
    markup: InlineKeyboardMarkup | None,
    reply_to: ReplyParameters | None,
) -> None:
    await bot.send_message(
        chat_id,
        part.text,
        entities=part.entities,
        reply_markup=markup,
        reply_parameters=reply_to,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )


async def _acknowledge(query: CallbackQuery, notice: str | None) -> None:
    limit = int(CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH)
    try:
        await query.answer(notice[:limit] if notice else None)
    except BadRequest as error:
        # The press is too old to be acknowledged; what it asks for is still done.
        log.info("a press was not acknowledged: %s", error)


async def _edit(bot: Bot, shown: MaybeInaccessibleMessage, turn: Turn) -> Turn:
    """Carry out a turn's edit; return the turn with what has to be sent instead."""
    if turn.edit is None and turn.rows is None:
        return turn
    if not (isinstance(shown, TelegramMessage) and shown.is_accessible):
        extra = (turn.edit,) if turn.edit else ()
        return Turn(extra + turn.messages, elsewhere=turn.elsewhere)
    try:
        if turn.edit:
            return await _edit_text(bot, shown, turn.edit, turn)
        markup = keyboard(turn.rows or ())
        if markup != shown.reply_markup:
            await bot.edit_message_reply_markup(
                shown.chat_id, shown.message_id, reply_markup=markup
            )
    except BadRequest as error:
        # Pressed twice at once, or deleted meanwhile: there is nothing left to do.
        log.info("a message was not edited: %s", error)
    return turn


async def _edit_text(bot: Bot, shown: TelegramMessage, message: Message, turn: Turn) -> Turn:
    parts = render(message.spans)
    if len(parts) > 1:
        return Turn((message, *turn.messages), elsewhere=turn.elsewhere)
    part, markup = parts[0], keyboard(message.buttons)
    if (part.text, markup) != (shown.text, shown.reply_markup):
        await bot.edit_message_text(
            part.text,
            shown.chat_id,
            shown.message_id,
            entities=part.entities,
            reply_markup=markup,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
    return turn


def _places(error: BaseException | None) -> str:
    """Name where an error came from; its message is left out, since it may quote a question."""
    frames = traceback.extract_tb(error.__traceback__) if error else ()
    return " < ".join(f"{f.filename}:{f.lineno} {f.name}" for f in reversed(frames)) or "unknown"
