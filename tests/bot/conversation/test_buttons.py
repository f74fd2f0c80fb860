"""The table of buttons: what was ever written under a message is read back for what it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.buttons import FIELD, WORDS, Code, Pressed, read
from tests.support.scripted_bot import DOCUMENT

# As they stand in messages sent by every version so far: a change here breaks old messages.
WRITTEN = {
    "a:ask": (Code.ASK_IN, {}),
    "a:yes:77": (Code.LET_IN, {"person": "77"}),
    "a:no:77": (Code.TURN_AWAY, {"person": "77"}),
    "m:p:2": (Code.PEOPLE, {"page": "2"}),
    "m:g:5": (Code.SEND, {"announcement": "5"}),
    "m:x:5": (Code.CANCEL, {"announcement": "5"}),
    "e:0123456789ab": (Code.EXAMPLE, {"example": "0123456789ab"}),
    "f:yes": (Code.FORGET, {}),
    "f:no": (Code.KEEP, {}),
    "vl:4:0": (Code.LIST, {"choice": "4", "page": "0"}),
    "vf:4:kind": (Code.FACET, {"choice": "4", "facet": "kind"}),
    "vd:ab12cd34ef56": (Code.DOCUMENT, {"document": "ab12cd34ef56"}),
    "n:ab12cd34ef56:0": (Code.READ, {"document": "ab12cd34ef56", "passage": "0"}),
    "n:ab12cd34ef56:3:e": (Code.READ_ON, {"document": "ab12cd34ef56", "passage": "3"}),
    "o:ab12cd34ef56": (Code.ORIGINAL, {"document": "ab12cd34ef56"}),
    "vc:ab12cd34ef56:1": (Code.CONTENTS, {"document": "ab12cd34ef56", "page": "1"}),
    "vp:ab12cd34ef56:5": (Code.DOCUMENT_PAGE, {"document": "ab12cd34ef56", "page": "5"}),
    "q:ab12cd34ef56": (Code.WITHIN, {"document": "ab12cd34ef56"}),
    "h:all": (Code.EVERYWHERE, {}),
    "k:ab12cd34ef56": (Code.WHICH, {"document": "ab12cd34ef56"}),
    "g:812": (Code.REPLACE_OLD, {"upload": "812"}),
    "l:812": (Code.KEEP_OLD, {"upload": "812"}),
    "x:2": (Code.PASTED, {"choice": "2"}),
    "p:12:3": (Code.PASSAGE, {"question": "12", "rank": "3"}),
    "s:12:0": (Code.SOURCES, {"question": "12", "page": "0"}),
    "t:12:1": (Code.TURN, {"question": "12", "page": "1"}),
    "u:12": (Code.UP, {"question": "12"}),
    "d:12": (Code.DOWN, {"question": "12"}),
    "w:12:2": (Code.REASON, {"question": "12", "reason": "2"}),
    "b:12": (Code.REPORT, {"question": "12"}),
    "r:12": (Code.ASK_AGAIN, {"question": "12"}),
    "y:12": (Code.WITHOUT_YEAR, {"question": "12"}),
    "c:12": (Code.CORRECTED, {"question": "12"}),
}
LARGEST = 10**18 - 1  # eighteen digits
LONGEST = 64  # bytes of an action that Telegram takes


@pytest.mark.parametrize("action", WRITTEN)
def test_a_button_of_an_old_message_is_still_read_and_still_written_so(action: str) -> None:
    code, fields = WRITTEN[action]
    assert read(action) == Pressed(code, fields)
    assert code.button("", *fields.values()).action == action


def test_no_button_is_left_out_above() -> None:
    assert {code for code, _fields in WRITTEN.values()} == set(Code)


@pytest.mark.parametrize("code", Code)
def test_the_longest_button_of_each_kind_is_within_the_limit(code: Code) -> None:
    words = {"document": DOCUMENT.document_id, "example": "0" * 12, "facet": "issuer"}
    values = [words.get(name, LARGEST) for name in FIELD.findall(code.value)]
    assert len(code.button("", *values).action.encode()) <= LONGEST


@pytest.mark.parametrize(
    "action",
    ["", ":", "a:", "a:yes", "a:yes:", "a:maybe:77", "p:1", "p:1:2:3", "u:-1", "u:1.0"]
    + ["u:1\n", "u:١", "n::1", "n:x:1:f", "vf:1:", "f:", "f:maybe", f"u:{10**18}", "zz:1"],
)
def test_a_button_that_was_never_written_is_not_read(action: str) -> None:
    assert read(action) is None


@given(st.sampled_from(list(Code)), st.lists(st.integers(0, LARGEST), min_size=2, max_size=2))
def test_what_is_written_is_read_back(code: Code, numbers: list[int]) -> None:
    names = FIELD.findall(code.value)
    values = ["abc" if name in WORDS else numbers[place] for place, name in enumerate(names)]
    pressed = read(code.button("", *values).action)
    assert pressed == Pressed(code, dict(zip(names, map(str, values), strict=True)))
