"""From a turn of the conversation to the drafts that carry it out on Telegram."""

import base64
from collections.abc import Iterator, Sequence

from telegram import MaybeInaccessibleMessage
from telegram import Message as TelegramMessage
from telegram.constants import MessageLimit

from bot.channels.telegram.formatting import Part, keyboard, render
from bot.outbox.models import Draft
from bot.turn import Message, Rows, Turn

MAX_CAPTION = int(MessageLimit.CAPTION_LENGTH)

Addressed = tuple[int, Draft]
DraftRows = tuple[tuple[tuple[str, str, str], ...], ...]


def drafts_of(
    turn: Turn,
    chat_id: int,
    reply_to: int | None = None,
    shown: MaybeInaccessibleMessage | None = None,
) -> tuple[Addressed, ...]:
    """Return what to send, in order, with its chats.

    ``shown`` is the message whose button was pressed: an edit is left out where it changes nothing,
    and sent as a message where the old one cannot be edited.
    """
    drafts: list[Addressed] = []
    edited = shown if isinstance(shown, TelegramMessage) and shown.is_accessible else None
    if turn.edit:
        drafts += ((chat_id, draft) for draft in _edit(turn.edit, edited))
    elif turn.rows is not None and edited and keyboard(turn.rows) != edited.reply_markup:
        draft = Draft("rows", rows=_rows(turn.rows), message_id=edited.message_id)
        drafts.append((chat_id, draft))
    for message in turn.messages:
        drafts += ((chat_id, draft) for draft in message_drafts(message, reply_to, owed=True))
    for other, message in turn.elsewhere:
        drafts += ((other, draft) for draft in message_drafts(message))
    return tuple(drafts)


def message_drafts(
    message: Message, reply_to: int | None = None, owed: bool = False
) -> Iterator[Draft]:
    """Yield one draft, or several where a limit asks for it; the buttons stand under the last."""
    parts, rows = render(message.spans), _rows(message.buttons)
    if message.file or message.picture:
        caption = parts[0] if len(parts) == 1 and len(parts[0].text) <= MAX_CAPTION else None
        if caption is None:
            yield from _texts(parts, (), reply_to, owed)
        yield _media(message, caption, rows, reply_to, owed)
        return
    yield from _texts(parts, rows, reply_to, owed)


def _texts(
    parts: Sequence[Part], rows: DraftRows, reply_to: int | None, owed: bool
) -> Iterator[Draft]:
    for number, part in enumerate(parts, 1):
        yield Draft(
            text=part.text,
            entities=_entities(part),
            rows=rows if number == len(parts) else (),
            message_id=reply_to,
            owed=owed,
        )


def _media(
    message: Message, caption: Part | None, rows: DraftRows, reply_to: int | None, owed: bool
) -> Draft:
    return Draft(
        action="document" if message.file else "photo",
        text=caption.text if caption else "",
        entities=_entities(caption) if caption else (),
        rows=rows,
        message_id=reply_to,
        path=str(message.file.path) if message.file else None,
        name=message.file.name if message.file else None,
        image=base64.b64encode(message.picture).decode() if message.picture else None,
        owed=owed,
    )


def _edit(message: Message, shown: TelegramMessage | None) -> Iterator[Draft]:
    parts = render(message.spans)
    if shown is None or shown.text is None or len(parts) != 1:
        yield from message_drafts(message, owed=True)
        return
    part, markup = parts[0], keyboard(message.buttons)
    if (part.text, markup) != (shown.text, shown.reply_markup):
        yield Draft(
            "edit",
            text=part.text,
            entities=_entities(part),
            rows=_rows(message.buttons),
            message_id=shown.message_id,
        )


def _entities(part: Part) -> tuple[tuple[str, int, int], ...]:
    return tuple((str(e.type), e.offset, e.length) for e in part.entities)


def _rows(rows: Rows) -> DraftRows:
    return tuple(tuple((b.label, b.kind, b.action) for b in row) for row in rows)
