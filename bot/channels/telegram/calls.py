"""One draft becomes one call to Telegram."""

import asyncio
import base64
from pathlib import Path

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    MessageEntity,
    ReplyParameters,
)

from bot.outbox.models import Draft

MEDIA = ("document", "photo")


async def send(bot: Bot, chat_id: int, draft: Draft) -> None:
    """Make the one call that a draft stands for."""
    preview = LinkPreviewOptions(is_disabled=True)
    entities = [MessageEntity(*entity) for entity in draft.entities]
    if draft.action == "edit":
        await bot.edit_message_text(
            draft.text,
            chat_id,
            draft.message_id,
            entities=entities,
            reply_markup=_keyboard(draft),
            link_preview_options=preview,
        )
    elif draft.action == "rows":
        await bot.edit_message_reply_markup(
            chat_id, draft.message_id, reply_markup=_keyboard(draft)
        )
    elif draft.action in MEDIA:
        await _send_media(bot, chat_id, draft, entities)
    else:
        await bot.send_message(
            chat_id,
            draft.text,
            entities=entities,
            reply_markup=_keyboard(draft),
            reply_parameters=_reply_to(draft),
            link_preview_options=preview,
        )


async def _send_media(bot: Bot, chat_id: int, draft: Draft, entities: list[MessageEntity]) -> None:
    if draft.action == "photo":
        picture = base64.b64decode(draft.image or "")
        await bot.send_photo(
            chat_id,
            InputFile(picture, filename=draft.name or "bieu-do.png"),
            caption=draft.text,
            caption_entities=entities,
            reply_markup=_keyboard(draft),
            reply_parameters=_reply_to(draft),
        )
        return
    content = await asyncio.to_thread(Path(draft.path or "").read_bytes)
    await bot.send_document(
        chat_id,
        InputFile(content, filename=draft.name),
        caption=draft.text,
        caption_entities=entities,
        reply_markup=_keyboard(draft),
        reply_parameters=_reply_to(draft),
    )


def _keyboard(draft: Draft) -> InlineKeyboardMarkup | None:
    if not draft.rows:
        return None
    return InlineKeyboardMarkup([[_button(*button) for button in row] for row in draft.rows])


def _button(label: str, kind: str, action: str) -> InlineKeyboardButton:
    if kind == "share":
        return InlineKeyboardButton(label, switch_inline_query=action)
    return InlineKeyboardButton(label, callback_data=action)


def _reply_to(draft: Draft) -> ReplyParameters | None:
    if draft.message_id is None:
        return None
    return ReplyParameters(draft.message_id, allow_sending_without_reply=True)
