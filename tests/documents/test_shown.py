"""A name that somebody else chose disturbs neither the line it stands in nor how it is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.formatting import render
from bot.channels.telegram.handlers import printable
from bot.channels.telegram.outgoing import outgoing_parts
from bot.channels.terminal import layout
from bot.conversation.uploads import safe_name
from bot.texts.file_results import row
from bot.turn import Button, Message, Span
from documents.shown import shown, shown_name
from index.ingest.results import Outcome
from scripts._cli.command import complain, say

FORGED = "Báo cáo\u202efdp.exe\x1b[2J\u2066\x00\x9b"
DISTURBING = "\u202e\x1b\u2066\x00\x9b"


def test_a_forged_name_is_shown_without_what_hides_in_it() -> None:
    assert shown_name(f" {FORGED}\n  1 ") == "Báo cáofdp.exe[2J 1"
    assert shown("Điều 5.\n\tKhoản\xa01 👩‍💻") == "Điều 5.\n\tKhoản\xa01 👩‍💻"


@pytest.mark.parametrize("place", ["message", "button", "person", "file", "terminal", "row"])
def test_whatever_shows_a_name_shows_it_so(place: str) -> None:
    buttons = ((Button(FORGED, "u:1"),),)
    (part,) = outgoing_parts(Message((Span(FORGED),), buttons))
    said = {
        "message": render((Span(FORGED),))[0].text,
        "button": part.rows[0][0][0],
        "person": printable(FORGED),
        "file": safe_name(FORGED),
        "terminal": layout((Span(FORGED),), fancy=True, width=80),
        "row": row(Outcome(path=FORGED, status="refused", reason=FORGED)),  # type: ignore[arg-type]
    }[place]
    assert "fdp" in said
    assert not set(DISTURBING) & set(said)


def test_commands_say_and_complain_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    say(FORGED)
    complain(FORGED)
    out, error = capsys.readouterr()
    assert out == error == "Báo cáofdp.exe[2J\n"


@given(st.text())
def test_what_is_shown_once_is_shown_so_again(text: str) -> None:
    assert shown(shown(text)) == shown(text)
    assert shown_name(shown_name(text)) == shown_name(text)
