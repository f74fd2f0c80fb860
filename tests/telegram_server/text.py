"""What Telegram does to a text and its entities before it accepts a message.

Where Telegram silently mends (entities cut, split or dropped), this server refuses instead: the
reader of the message would not have seen what the bot meant.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from tests.telegram_server.types import Entity, bad_request

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_ENTITIES = 100

STYLES = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
QUOTES = frozenset({"blockquote", "expandable_blockquote"})
CODES = frozenset({"pre", "code"})
FOUND_BY_TELEGRAM = frozenset(
    {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"}
)
# Each type with the field it cannot do without.
REQUIRED = {
    "text_link": "url",
    "text_mention": "user",
    "custom_emoji": "custom_emoji_id",
    "date_time": "unix_time",
}
OPTIONAL = {"pre": "language", "date_time": "date_time_format"}
TYPES = STYLES | QUOTES | CODES | FOUND_BY_TELEGRAM | frozenset(REQUIRED)

# TDLib's clean_input_string: these become a space or nothing.
TO_SPACE = frozenset(chr(code) for code in range(32)) - {"\n", "\r"}
DROPPED = frozenset("\r\u0333\u033f\u030a") | frozenset(map(chr, range(0x2028, 0x202F)))
INVISIBLE = re.compile(r"[\s\u00ad\u180e\u200b-\u200f\u2060-\u2064\u2800\u3164\ufeff]*")


def utf16_length(text: str) -> int:
    """Count UTF-16 code units, Telegram's unit of length and offset."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


def read_entities(values: object) -> tuple[Entity, ...]:
    """Read the JSON array of entities a client sent."""
    if values is None:
        return ()
    if not isinstance(values, list):
        raise bad_request("can't parse entities: expected an Array of MessageEntity")
    if len(values) > MAX_ENTITIES:
        raise bad_request(f"ENTITIES_TOO_LONG: {len(values)} of at most {MAX_ENTITIES}")
    return tuple(_read_entity(value) for value in values)


def _read_entity(value: object) -> Entity:
    if not isinstance(value, dict):
        raise bad_request("can't parse MessageEntity: expected an Object")
    kind = value.get("type")
    if kind not in TYPES:
        raise bad_request(f"can't parse MessageEntity: unsupported type {kind!r} specified")
    needed = REQUIRED.get(kind)
    if needed and not value.get(needed):
        raise bad_request(f"can't parse MessageEntity: field {needed!r} of {kind} is missing")
    if kind == "text_link" and not is_url(value["url"]):
        raise bad_request(f"text_link URL {value['url']!r} is invalid")
    kept = {needed, OPTIONAL.get(kind)}
    extra = tuple((name, item) for name, item in sorted(value.items()) if name in kept)
    return Entity(kind, _count(value, "offset"), _count(value, "length"), extra)


def _count(value: Mapping[str, object], name: str) -> int:
    count = value.get(name)
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= 1_000_000:
        raise bad_request(f"receive an entity with incorrect {name} {count!r}")
    return count


def is_url(value: object) -> bool:
    """Say whether Telegram would open this; a scheme is wanted though Telegram adds http."""
    return isinstance(value, str) and bool(
        re.fullmatch(r"(?i)(https?://[^\s/.]+(\.[^\s/.]+)*\S*|tg://\S+|mailto:\S+|tel:\S+)", value)
    )


def accept(
    text: str,
    entities: Sequence[Entity],
    *,
    limit: int = MAX_TEXT,
    may_be_empty: bool = False,
    what: str = "message",
) -> tuple[str, tuple[Entity, ...]]:
    """Return text and entities as Telegram would store them, or refuse."""
    if not text and not may_be_empty:
        raise bad_request(f"{what} text is empty")
    _check_utf8(text)
    ordered = sorted(entities, key=lambda e: (e.offset, -e.length, e.type not in QUOTES))
    _check_bounds(text, ordered)
    _check_nesting(ordered)
    text, ordered = _trim(*_clean(text, ordered))
    if INVISIBLE.fullmatch(text):
        if may_be_empty:
            return "", ()
        raise bad_request("text must be non-empty")
    if utf16_length(text) > limit:
        raise bad_request(f"{what} is too long")
    return text, tuple(ordered)


def _check_utf8(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise bad_request("strings must be encoded in UTF-8") from error


def _check_bounds(text: str, entities: Iterable[Entity]) -> None:
    boundaries = _boundaries(text)
    end_of_text = utf16_length(text)
    for entity in entities:
        place = f"entity {entity.type} beginning at UTF-16 offset {entity.offset}"
        if entity.length == 0:
            raise bad_request(f"{place} is empty")
        if entity.end > end_of_text:
            raise bad_request(f"{place} ends after the end of the text at {entity.end}")
        if entity.offset not in boundaries:
            raise bad_request(f"{place} begins in a middle of a UTF-16 symbol")
        if entity.end not in boundaries:
            raise bad_request(f"{place} ends in a middle of a UTF-16 symbol at {entity.end}")


def _boundaries(text: str) -> frozenset[int]:
    offsets, offset = {0}, 0
    for character in text:
        offset += utf16_length(character)
        offsets.add(offset)
    return frozenset(offsets)


def _check_nesting(entities: Iterable[Entity]) -> None:
    """Refuse pairs that overlap in part, or that may not contain each other."""
    open_entities: list[Entity] = []
    for inner in entities:
        while open_entities and open_entities[-1].end <= inner.offset:
            open_entities.pop()
        for outer in open_entities:
            if inner.end > outer.end:
                raise bad_request(f"entities {outer} and {inner} overlap in part")
            if not _may_nest(outer.type, inner.type):
                raise bad_request(f"entities {outer} and {inner} can't be nested")
        open_entities.append(inner)


def _may_nest(outer: str, inner: str) -> bool:
    pair = {outer, inner}
    if pair & CODES:
        return False
    if pair & STYLES:
        return True
    # Styles apart, a quote holds anything but a quote, and nothing else holds anything.
    return outer in QUOTES and inner not in QUOTES


def _clean(text: str, entities: Sequence[Entity]) -> tuple[str, list[Entity]]:
    """Replace control characters and drop what Telegram drops, moving the entities along."""
    moved = [0]
    kept: list[str] = []
    for character in text:
        new = "" if character in DROPPED else " " if character in TO_SPACE else character
        kept.append(new)
        step = utf16_length(new)
        moved.append(moved[-1] + step)
        if utf16_length(character) == 2:
            moved.insert(-1, moved[-2])
    cleaned = [
        replace(e, offset=moved[e.offset], length=moved[e.end] - moved[e.offset]) for e in entities
    ]
    return "".join(kept), [entity for entity in cleaned if entity.length]


def _trim(text: str, entities: Sequence[Entity]) -> tuple[str, list[Entity]]:
    """Strip spaces and newlines at both ends; on the left no further than the first entity."""
    entities = [entity for entity in entities if entity.of(text).strip(" \n")]
    text = text.rstrip(" \n")
    end = utf16_length(text)
    first = min((entity.offset for entity in entities), default=end)
    blank = len(text) - len(text.lstrip(" \n"))
    cut = min(blank, first)
    return text[cut:], [
        replace(e, offset=e.offset - cut, length=min(e.end, end) - e.offset) for e in entities
    ]
