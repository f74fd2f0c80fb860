"""An update as Telegram writes it goes into the inbox: of which chat, whatever else it holds."""

import json
import time

from bot.outbox.models import CHAT, QueuedUpdate

LARGEST = 2**63 - 1  # of what SQLite stores
KINDS = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")


def queued_update(update: object, lane: str = CHAT) -> QueuedUpdate | None:
    """Return an update for the inbox; None where it has no number to be confirmed by."""
    update_id = _number(_in(update, "update_id"))
    if not update_id:
        return None
    # ASCII: a lone surrogate in a forged text can be stored no other way.
    return QueuedUpdate(update_id, str(_chat_of(update)), json.dumps(update), time.time(), lane)


def kind_of(update: object) -> str:
    """Return what kind of update it is."""
    return next((kind for kind in KINDS if _in(update, kind) is not None), "other")


def sender_of(update: object) -> tuple[str, str]:
    """Return the ids of the chat that an update is of and of the person, each "0" where none is."""
    people = (_number(_in(update, kind, "from", "id")) for kind in KINDS)
    return str(_chat_of(update)), str(next((number for number in people if number), 0))


def _chat_of(update: object) -> int:
    """Return the chat that an update is of, else the person, else 0."""
    places = (
        ("message", "chat", "id"),
        ("edited_message", "chat", "id"),
        ("callback_query", "message", "chat", "id"),
        ("callback_query", "from", "id"),
        ("inline_query", "from", "id"),
        ("my_chat_member", "chat", "id"),
    )
    return next((number for place in places if (number := _number(_in(update, *place)))), 0)


def _in(value: object, *names: str) -> object:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _number(value: object) -> int:
    known = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST
    return value if known and isinstance(value, int) else 0
