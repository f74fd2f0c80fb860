"""What the local Bot API server accepts as text, entities, keyboards and lists."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.telegram_server.http import Upload
from tests.telegram_server.parameters import Parameters
from tests.telegram_server.people import found_entities
from tests.telegram_server.rate import RateMeter
from tests.telegram_server.rules import check_inline_results, commands, inline_rows, refuse_markup
from tests.telegram_server.text import MAX_CAPTION, accept, read_entities, utf16_length
from tests.telegram_server.types import ApiError, Entity

EMOJI = "👍"  # two UTF-16 units


def entity(kind: str, offset: int, length: int, **extra: object) -> Entity:
    return Entity(kind, offset, length, tuple(sorted(extra.items())))


def entities_of(*values: dict[str, object]) -> tuple[Entity, ...]:
    return read_entities(list(values))


def button(**fields: object) -> dict[str, object]:
    return {"inline_keyboard": [[{"text": "Nguồn khác", **fields}]]}


@st.composite
def texts_with_a_span(draw: st.DrawFn) -> tuple[str, Entity]:
    alphabet = st.sampled_from([*"aế \n\t\r\u2028\u200b", EMOJI, "\u0333"])
    text = draw(st.text(alphabet, min_size=1, max_size=30))
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    offset, length = utf16_length(text[:start]), utf16_length(text[start:end])
    return text, Entity("bold", offset, length)


def as_shown(text: str) -> str:
    dropped = str.maketrans(dict.fromkeys("\r\u2028\u0333", "") | {"\t": " "})
    return text.translate(dropped)


@given(texts_with_a_span())
def test_an_accepted_text_is_accepted_unchanged(case: tuple[str, Entity]) -> None:
    text, span = case
    once = accept(text, [span], may_be_empty=True)
    assert accept(*once, may_be_empty=True) == once


@given(texts_with_a_span())
def test_trimming_keeps_each_entity_on_its_characters(case: tuple[str, Entity]) -> None:
    text, span = case
    new_text, entities = accept(text, [span], may_be_empty=True)
    covered = as_shown(span.of(text))
    if entities:
        (kept,) = entities
        assert kept.of(new_text).rstrip(" \n") == covered.rstrip(" \n")
        assert kept.end <= utf16_length(new_text)
    elif new_text:
        assert covered.strip(" \n") == ""


def test_space_before_the_first_entity_goes_and_inside_it_stays() -> None:
    assert accept(" \n đậm", [entity("bold", 2, 4)]) == (" đậm", (entity("bold", 0, 4),))
    assert accept("  đậm  ", [entity("bold", 2, 5)]) == ("đậm", (entity("bold", 0, 3),))


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "\u200b\ufeff", "\r\u2028"])
def test_a_text_nobody_could_see_is_refused(text: str) -> None:
    with pytest.raises(ApiError, match="empty"):
        accept(text, [])


def test_length_is_counted_in_utf16_units_after_trimming() -> None:
    assert len(accept(" " + EMOJI * 2048 + "\n", [])[0]) == 2048
    with pytest.raises(ApiError, match="Bad Request: message is too long"):
        accept(EMOJI * 2048 + "x", [])
    with pytest.raises(ApiError, match="message caption is too long"):
        accept("x" * 1025, [], limit=MAX_CAPTION, may_be_empty=True, what="message caption")


def test_half_a_surrogate_pair_is_no_text() -> None:
    with pytest.raises(ApiError, match="UTF-8"):
        accept("\ud83d", [])


@pytest.mark.parametrize(
    ("span", "reason"),
    [
        (entity("bold", 0, 0), "is empty"),
        (entity("bold", 3, 2), "after the end"),
        (entity("bold", 9, 1), "after the end"),
        (entity("bold", 1, 1), "begins in a middle"),
        (entity("bold", 0, 1), "ends in a middle"),
    ],
)
def test_an_entity_off_the_characters_is_refused(span: Entity, reason: str) -> None:
    with pytest.raises(ApiError, match=reason):
        accept(EMOJI + "ab", [span])


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ("bold", "italic"),
        ("bold", "text_link"),
        ("text_link", "bold"),
        ("blockquote", "bold"),
        ("bold", "blockquote"),
        ("expandable_blockquote", "text_link"),
    ],
)
def test_entities_that_may_nest_are_accepted_in_any_order(outer: str, inner: str) -> None:
    pair = [entity(inner, 1, 2), entity(outer, 0, 4)]
    assert [e.type for e in accept("abcd", pair)[1]] == [outer, inner]


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ("code", "bold"),
        ("bold", "code"),
        ("pre", "code"),
        ("blockquote", "pre"),
        ("blockquote", "expandable_blockquote"),
        ("expandable_blockquote", "expandable_blockquote"),
        ("text_link", "blockquote"),
        ("text_link", "text_link"),
    ],
)
def test_entities_that_may_not_nest_are_refused(outer: str, inner: str) -> None:
    with pytest.raises(ApiError, match="can't be nested"):
        accept("abcd", [entity(outer, 0, 4), entity(inner, 1, 2)])


def test_a_link_may_fill_its_whole_quote() -> None:
    pair = [entity("text_link", 0, 4), entity("blockquote", 0, 4)]
    assert [e.type for e in accept("abcd", pair)[1]] == ["blockquote", "text_link"]


def test_entities_that_touch_are_accepted_and_that_cross_are_refused() -> None:
    accept("abcd", [entity("bold", 0, 2), entity("code", 2, 2)])
    with pytest.raises(ApiError, match="overlap in part"):
        accept("abcd", [entity("bold", 0, 3), entity("italic", 2, 2)])


@pytest.mark.parametrize(
    "value",
    [
        {"type": "marquee", "offset": 0, "length": 1},
        {"type": "bold", "offset": -1, "length": 1},
        {"type": "bold", "offset": 0},
        {"type": "bold", "offset": "0", "length": 1},
        {"type": "text_link", "offset": 0, "length": 1},
        {"type": "text_link", "offset": 0, "length": 1, "url": "không phải địa chỉ"},
        "bold",
    ],
)
def test_a_malformed_entity_is_refused(value: Any) -> None:
    with pytest.raises(ApiError, match="entity|Entity|text_link"):
        entities_of(value)


def test_a_hundred_entities_are_accepted_and_one_more_is_not() -> None:
    bold: list[dict[str, object]] = [{"type": "bold", "offset": i, "length": 1} for i in range(101)]
    assert len(entities_of(*bold[:100])) == 100
    with pytest.raises(ApiError, match="ENTITIES_TOO_LONG"):
        entities_of(*bold)


def test_a_link_keeps_its_url() -> None:
    value: dict[str, object] = {"type": "text_link", "offset": 0, "length": 2}
    (link,) = entities_of({**value, "url": "https://dangcongsan.vn/a"})
    assert link.url == "https://dangcongsan.vn/a"


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        (button(), "text buttons are unallowed"),
        (button(callback_data=""), "BUTTON_DATA_INVALID"),
        (button(callback_data="x" * 65), "BUTTON_DATA_INVALID"),
        (button(callback_data="ế" * 22), "BUTTON_DATA_INVALID"),
        (button(callback_data=5), "BUTTON_DATA_INVALID"),
        (button(callback_data="a", url="https://a.vn"), "several actions"),
        (button(url="a b"), "URL"),
        (button(calback_data="a"), "unknown fields"),
        ({"inline_keyboard": [[{"text": " ", "callback_data": "a"}]]}, "non-empty"),
        ({"inline_keyboard": [[{"text": "x" * 65, "callback_data": "a"}]]}, "longer than 64"),
        ({"inline_keyboard": [[{"text": "x", "callback_data": "a"}] * 9]}, "more than 8"),
        ({"inline_keyboard": [[{"text": "x", "callback_data": "a"}]] * 101}, "more than 100"),
        (
            {"inline_keyboard": [[{"text": "x" * 60, "callback_data": "a" * 60}]] * 80},
            "REPLY_MARKUP_TOO_LONG",
        ),
        ({"inline_keyboard": [{"text": "x"}]}, "Array of Array"),
        ({"force_reply": "yes"}, "one kind"),
        ({}, "one kind"),
        ([], "object expected"),
    ],
)
def test_a_keyboard_telegram_would_not_show_is_refused(markup: object, reason: str) -> None:
    with pytest.raises(ApiError, match=reason):
        inline_rows(markup)


def test_callback_data_may_fill_sixty_four_bytes() -> None:
    ((read,),) = inline_rows(button(callback_data="ế" * 21 + "x"))
    assert read.data == "ế" * 21 + "x"


def test_other_kinds_of_keyboard_have_no_inline_rows() -> None:
    assert inline_rows({"keyboard": [["Có", {"text": "Không"}]]}) == ()
    assert inline_rows({"remove_keyboard": True}) == ()


@pytest.mark.parametrize(
    "value",
    [
        {"command": "Start", "description": "Bắt đầu"},
        {"command": "vănbản", "description": "Tìm văn bản"},
        {"command": "x" * 33, "description": "Bắt đầu"},
        {"command": "start", "description": "ab"},
        {"command": "start", "description": "x" * 257},
        {"command": "start"},
    ],
)
def test_a_command_telegram_would_not_list_is_refused(value: dict[str, str]) -> None:
    with pytest.raises(ApiError, match="BOT_COMMAND"):
        commands([value])


def test_a_command_is_listed_once_and_at_most_a_hundred_are() -> None:
    listed = [{"command": f"lenh{i}", "description": "Một lệnh"} for i in range(101)]
    assert len(commands(listed[:100])) == 100
    with pytest.raises(ApiError, match="BOT_COMMANDS_TOO_MUCH"):
        commands(listed)
    with pytest.raises(ApiError, match="twice"):
        commands([listed[0], listed[0]])


def article(result_id: object, text: str = "Trích", **content: object) -> dict[str, object]:
    return {
        "type": "article",
        "id": result_id,
        "title": "Điều 5",
        "input_message_content": {"message_text": text, **content},
    }


@pytest.mark.parametrize(
    ("results", "reason"),
    [
        ([article("")], "RESULT_ID_INVALID"),
        ([article("ế" * 22)], "RESULT_ID_INVALID"),
        ([article("a"), article("a")], "RESULT_ID_DUPLICATE"),
        ([article(str(i)) for i in range(51)], "RESULTS_TOO_MUCH"),
        ([article("a", "")], "message text is empty"),
        ([article("a", "x" * 4097)], "too long"),
        ([article("a", parse_mode="HTML")], "parse_mode"),
        ([{"type": "article", "id": "a", "title": "x"}], "content is not specified"),
    ],
)
def test_inline_results_telegram_would_not_show_are_refused(
    results: list[object], reason: str
) -> None:
    with pytest.raises(ApiError, match=reason):
        check_inline_results(results)


def test_fifty_inline_results_are_accepted() -> None:
    assert len(check_inline_results([article(str(i)) for i in range(50)])) == 50


def test_an_upload_is_taken_up_to_fifty_megabytes() -> None:
    largest = Upload("a.pdf", "application/pdf", bytes(50 * 1024 * 1024))
    larger = Upload("a.pdf", "application/pdf", bytes(50 * 1024 * 1024 + 1))
    assert Parameters({"document": "attach://f"}, {"f": largest}).upload("document") is largest
    for refused in (larger, Upload("a.pdf", "application/pdf", b"")):
        with pytest.raises(ApiError, match="too big|must be non-empty"):
            Parameters({}, {"document": refused}).upload("document")


def test_a_parameter_that_cannot_be_read_is_refused() -> None:
    call = Parameters({"offset": "một", "entities": "[{"}, {})
    with pytest.raises(ApiError, match="must be an integer"):
        call.integer("offset")
    with pytest.raises(ApiError, match="can't parse entities JSON"):
        call.decoded("entities")


def test_markup_is_refused_and_its_absence_is_not() -> None:
    refuse_markup({"text": "x"})
    with pytest.raises(ApiError, match="entities only"):
        refuse_markup({"text": "x", "parse_mode": "HTML"})


def test_typed_commands_mentions_and_links_are_marked_in_utf16_units() -> None:
    text = f"{EMOJI} /hoi@tracuu_test_bot nhờ @an_nguyen xem https://dangcongsan.vn/x và a/b"
    assert [(e.type, e.of(text)) for e in found_entities(text)] == [
        ("bot_command", "/hoi@tracuu_test_bot"),
        ("mention", "@an_nguyen"),
        ("url", "https://dangcongsan.vn/x"),
    ]


def test_a_second_message_within_a_second_breaks_the_rate_of_its_chat_only() -> None:
    meter = RateMeter()
    meter.count(1, 0.0, strict=True)
    meter.count(2, 0.1, strict=True)
    with pytest.raises(ApiError, match="Too Many Requests: retry after 1") as refused:
        meter.count(1, 0.5, strict=True)
    assert (refused.value.status, refused.value.retry_after) == (429, 1)
    meter.count(1, 1.0, strict=True)
    assert meter.breaches == [(1, 0.5)]


def test_thirty_messages_a_second_are_taken_from_all_chats_together() -> None:
    meter = RateMeter()
    for chat_id in range(1, 31):
        meter.count(chat_id, 0.0, strict=True)
    meter.count(31, 0.9, strict=False)
    meter.count(32, 1.0, strict=True)
    assert meter.breaches == [(31, 0.9)]


def test_a_group_takes_twenty_messages_a_minute() -> None:
    meter = RateMeter()
    for second in range(20):
        meter.count(-5, float(second), strict=True)
    with pytest.raises(ApiError, match="retry after 30"):
        meter.count(-5, 30.0, strict=True)
    meter.count(-5, 60.0, strict=True)
