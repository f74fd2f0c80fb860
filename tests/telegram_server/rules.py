"""What Telegram accepts as keyboards, commands, inline results and their like."""

import re
from collections.abc import Mapping

from tests.telegram_server.text import MAX_CAPTION, accept, is_url, read_entities, utf16_length
from tests.telegram_server.types import Button, Rows, bad_request

MAX_BUTTONS = 100
MAX_ROW = 8
MAX_BUTTON_TEXT = 64
MAX_CALLBACK_DATA = 64  # bytes
MAX_MARKUP = 10_240  # bytes of JSON, Telegram's REPLY_MARKUP_TOO_LONG
MAX_COMMANDS = 100
MAX_RESULTS = 50
ACTIONS = frozenset(
    {
        "callback_data",
        "url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "web_app",
        "login_url",
        "callback_game",
        "pay",
    }
)
APPEARANCE = frozenset({"text", "icon_custom_emoji_id", "style"})
OTHER_MARKUPS = {"keyboard": list, "remove_keyboard": bool, "force_reply": bool}
CHAT_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


def inline_rows(markup: object) -> Rows:
    """Read a reply_markup; the rows of an inline keyboard, none for the other kinds."""
    if markup is None:
        return ()
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        _check_other_markup(markup)
        return ()
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("can't parse inline keyboard: expected an Array of Array")
    keyboard = tuple(tuple(_button(value) for value in row) for row in rows if row)
    if any(len(row) > MAX_ROW for row in keyboard):
        raise bad_request(f"inline keyboard has a row of more than {MAX_ROW} buttons")
    if sum(map(len, keyboard)) > MAX_BUTTONS:
        raise bad_request(f"inline keyboard has more than {MAX_BUTTONS} buttons")
    if sum(len(str(button.wire()).encode()) for row in keyboard for button in row) > MAX_MARKUP:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return keyboard


def _check_other_markup(markup: Mapping[str, object]) -> None:
    kinds = [name for name in OTHER_MARKUPS if name in markup]
    if len(kinds) != 1 or not isinstance(markup[kinds[0]], OTHER_MARKUPS[kinds[0]]):
        raise bad_request("can't parse reply markup: one kind of keyboard expected")
    rows = markup.get("keyboard", [])
    for row in rows if isinstance(rows, list) else ():
        if not isinstance(row, list):
            raise bad_request("can't parse reply keyboard: expected an Array of Array")
        for button in row:
            _button_text(button.get("text") if isinstance(button, dict) else button)


def _button(value: object) -> Button:
    if not isinstance(value, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    text = _button_text(value.get("text"))
    unknown = set(value) - ACTIONS - APPEARANCE
    if unknown:
        raise bad_request(f"inline keyboard button {text!r} has unknown fields {sorted(unknown)}")
    actions = [name for name in value if name in ACTIONS]
    if not actions:
        raise bad_request(
            "can't parse inline keyboard button: text buttons are unallowed in the inline keyboard"
        )
    if len(actions) > 1:
        raise bad_request(f"inline keyboard button {text!r} has several actions {actions}")
    _check_action(actions[0], value[actions[0]])
    return Button(text, actions[0], value[actions[0]])


def _button_text(text: object) -> str:
    if not isinstance(text, str) or not text.strip():
        raise bad_request(f"button text must be non-empty, not {text!r}")
    if utf16_length(text) > MAX_BUTTON_TEXT:
        raise bad_request(f"button text {text!r} is longer than {MAX_BUTTON_TEXT} characters")
    return text


def _check_action(action: str, value: object) -> None:
    if action == "callback_data" and not _byte_size_is_between(value, 1, MAX_CALLBACK_DATA):
        raise bad_request(f"BUTTON_DATA_INVALID: {value!r}")
    if action == "url" and not is_url(value):
        raise bad_request(f"inline keyboard button URL {value!r} is invalid")
    if action == "copy_text":
        copied = value.get("text") if isinstance(value, dict) else None
        if not isinstance(copied, str) or not 1 <= utf16_length(copied) <= 256:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _byte_size_is_between(value: object, low: int, high: int) -> bool:
    return isinstance(value, str) and low <= len(value.encode()) <= high


def commands(values: object) -> tuple[tuple[str, str], ...]:
    """Read the list of setMyCommands as pairs of command and description."""
    if not isinstance(values, list):
        raise bad_request("can't parse commands: expected an Array of BotCommand")
    if len(values) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    read = tuple(_command(value) for value in values)
    names = [name for name, _ in read]
    if len(set(names)) < len(names):
        raise bad_request(f"BOT_COMMAND_INVALID: one command twice in {names}")
    return read


def _command(value: object) -> tuple[str, str]:
    if not isinstance(value, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name, description = value.get("command"), value.get("description")
    if not isinstance(name, str) or not re.fullmatch(r"[a-z0-9_]{1,32}", name):
        raise bad_request(f"BOT_COMMAND_INVALID: {name!r}")
    # Older clients' servers wanted three characters; nobody describes a command in two.
    if not isinstance(description, str) or not 3 <= utf16_length(description.strip()) <= 256:
        raise bad_request(f"BOT_COMMAND_DESCRIPTION_INVALID: {description!r}")
    return name, description


def check_inline_results(values: object) -> tuple[str, ...]:
    """Read the results of answerInlineQuery; their ids."""
    if not isinstance(values, list):
        raise bad_request("can't parse results: expected an Array of InlineQueryResult")
    if len(values) > MAX_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    ids = tuple(_check_inline_result(value) for value in values)
    if len(set(ids)) < len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    return ids


def _check_inline_result(value: object) -> str:
    if not isinstance(value, dict):
        raise bad_request("can't parse inline query result: expected an Object")
    result_id = value.get("id")
    if not isinstance(result_id, str) or not _byte_size_is_between(result_id, 1, 64):
        raise bad_request(f"RESULT_ID_INVALID: {result_id!r}")
    if not isinstance(value.get("type"), str):
        raise bad_request("can't parse inline query result: field 'type' is missing")
    inline_rows(value.get("reply_markup"))
    if value["type"] == "article":
        if not isinstance(value.get("title"), str) or not value["title"].strip():
            raise bad_request("article title is empty")
        _check_content(value.get("input_message_content"))
    else:
        _check_caption(value)
    return result_id


def _check_content(content: object) -> None:
    if not isinstance(content, dict):
        raise bad_request("input message content is not specified")
    refuse_markup(content)
    if "message_text" in content:
        accept(str(content["message_text"]), read_entities(content.get("entities")))


def _check_caption(value: Mapping[str, object]) -> None:
    refuse_markup(value)
    accept(
        str(value.get("caption", "")),
        read_entities(value.get("caption_entities")),
        limit=MAX_CAPTION,
        may_be_empty=True,
        what="message caption",
    )


def refuse_markup(parameters: Mapping[str, object]) -> None:
    """Hold the project's rule: entities, so that no document's text is ever read as markup."""
    if parameters.get("parse_mode"):
        raise bad_request("parse_mode is given; this project formats with entities only")
