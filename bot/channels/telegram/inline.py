"""Inline mode: "@bot words" in any chat offers passages to quote there."""

import asyncio
import logging
from typing import cast

from telegram import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)
from telegram.error import TelegramError

from bot.channels.telegram.formatting import render
from bot.channels.telegram.handlers import Context, person_of, services_of
from bot.channels.telegram.outgoing import entities_of
from bot.conversation.inline_results import Snippet
from bot.conversation.router import ASK_IN
from bot.texts import people
from documents.shown import shown_name

log = logging.getLogger(__name__)

KEPT_SECONDS = 60  # by Telegram, for this person: what they type again is not searched again


async def on_inline(update: Update, context: Context) -> None:
    """Offer passages; who was not let in is offered the way to ask for it."""
    query, person = cast(InlineQuery, update.inline_query), person_of(update)
    if person is None:
        return
    conversation = services_of(context).conversation
    found = await asyncio.to_thread(conversation.quote, person, query.query)
    button = None
    if found is None:
        button = InlineQueryResultsButton(people.ASK_TO_USE, start_parameter=ASK_IN)
    try:
        await query.answer(
            [_article(snippet) for snippet in found or ()],
            cache_time=KEPT_SECONDS if found else 0,
            is_personal=True,
            button=button,
        )
    except TelegramError as error:
        # Too late: the person has typed on, and a newer query has come.
        log.info("an inline query was not answered: %s", type(error).__name__)


def _article(snippet: Snippet) -> InlineQueryResultArticle:
    part = render(snippet.spans)[0]
    return InlineQueryResultArticle(
        snippet.key,
        shown_name(snippet.title),
        InputTextMessageContent(
            part.text,
            entities=entities_of(part),
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        ),
        description=shown_name(snippet.about),
    )
