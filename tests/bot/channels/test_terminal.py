import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.channels.terminal import Console, layout
from bot.conversation.router import Conversation
from bot.outbox.store import Mailbox
from bot.query_log.log import QueryLog
from bot.settings import NAMES
from bot.texts import answers, starting, welcome
from bot.turn import Quote, Span
from tests.support.scripted_bot import AGE, PASSAGES_TEXT, SENTENCES, SOURCE, Desk, a_library

ROOT = Path(__file__).parents[3]
QUESTION = "Tuổi đời của người vào Đảng?"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def conversation(tmp_path: Path) -> Iterator[Conversation]:
    with (
        closing(a_library(tmp_path)) as library,
        closing(QueryLog(tmp_path)) as query_log,
        closing(Mailbox(tmp_path)) as mailbox,
    ):
        yield Conversation(Desk(), library, query_log, mailbox)


@pytest.fixture
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def said(conversation: Conversation, typed: str) -> str:
    target = io.StringIO()
    Console(conversation, io.StringIO(typed), target).run()
    return target.getvalue()


def test_lines_from_a_pipe_are_answered_one_after_the_other(conversation: Conversation) -> None:
    text = said(conversation, f"{QUESTION}\n\n   \nCâu lạ?")
    assert text.startswith(f"\n> {QUESTION}\n│ {AGE}\nNguồn: {SOURCE}\n")
    assert f"\n> Câu lạ?\n{answers.UNSURE}" in text
    assert text.count("> ") == 2


def test_no_input_ends_at_once(conversation: Conversation) -> None:
    assert said(conversation, "") == ""


def test_a_number_presses_the_button_of_the_last_message(conversation: Conversation) -> None:
    text = said(conversation, f"{QUESTION}\n2\n4\n")
    assert "[1] Xem đoạn đầy đủ  [2] Nguồn khác  [3] 👍  [4] 👎" in text
    first, second = text.split("> 2\n")[1].split("> 4\n")
    assert first.startswith("Nguồn khác (trang 1/3)")
    assert "[4] Trang sau ›" in first
    assert second.startswith("Nguồn khác (trang 2/3)")


def test_a_thumb_is_thanked_and_shown(conversation: Conversation) -> None:
    text = said(conversation, f"{QUESTION}\n3\n1\n")
    assert f"({answers.THANKS_UP})\n[1] Xem đoạn đầy đủ  [2] Nguồn khác  [3] 👍 ✓  [4] 👎" in text
    assert text.split("> 1\n")[1].startswith(f"{SOURCE}\n│ {PASSAGES_TEXT[0]}")


def test_a_number_without_a_button_opens_the_document_of_that_number(
    conversation: Conversation,
) -> None:
    assert "> 294\nQuy định số 294-QĐ/TW\nThi hành Điều lệ Đảng" in said(conversation, "294\n")


def test_commands_work_as_they_do_in_telegram(conversation: Conversation) -> None:
    text = said(conversation, "/start\n1\n/help\n/thuhoi 5\n")
    assert welcome.WELCOME in text
    assert f"Câu hỏi: {welcome.EXAMPLES[0]}" in text
    assert welcome.HELP in text
    assert welcome.ADMIN_HELP not in text
    assert answers.NO_SUCH_COMMAND in text


def test_a_search_that_fails_is_told_in_a_line_and_the_chat_goes_on(
    conversation: Conversation, capsys: pytest.CaptureFixture[str]
) -> None:
    text = said(conversation, f"Câu hỏi hỏng?\n{QUESTION}\n")
    first, second = text.split(f"> {QUESTION}\n")
    assert first == f"\n> Câu hỏi hỏng?\n{answers.FAILED}\n\n"
    assert second.startswith(f"│ {AGE}")
    assert "Traceback" not in text + capsys.readouterr().err


def test_the_library_is_browsed_on_the_terminal_too(conversation: Conversation) -> None:
    text = said(conversation, "/vanban\n1\n1\n1\n")
    assert "1. 294-QĐ/TW (26/5/2025) Thi hành Điều lệ Đảng" in text
    assert "Đoạn 1/8" in text
    assert "Đoạn 2/8" in text


def test_bold_and_italic_show_on_a_terminal_alone() -> None:
    spans = (Span("Đạt "), Span("70%", bold=True), Span("\n"), Span("Hiểu là: x", italic=True))
    assert layout(spans, fancy=False, width=None) == "Đạt 70%\nHiểu là: x"
    assert layout(spans, fancy=True, width=80) == "Đạt \033[1m70%\033[0m\n\033[3mHiểu là: x\033[0m"


def test_quoted_lines_are_wrapped_behind_a_bar_without_losing_a_word() -> None:
    text = " ".join(SENTENCES)
    lines = layout((Span(text, quote=Quote.OPEN),), fancy=True, width=40).split("\n")
    assert all(line.startswith("│ ") and len(line) <= 40 for line in lines)
    assert " ".join(line.removeprefix("│ ") for line in lines) == text


def test_on_a_terminal_the_chat_greets_and_ctrl_d_ends_it(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter([QUESTION])

    def type_in(prompt: str) -> str:
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", type_in)
    target = Terminal()
    Console(conversation, Terminal(), target).run()
    assert target.getvalue().startswith(starting.TERMINAL_WELCOME)
    assert "\033[1mtừ đủ 18 tuổi đến đủ 60 tuổi\033[0m" in target.getvalue()


@pytest.mark.usefixtures("no_settings")
def test_bad_settings_are_one_line_each(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRACUU_LOGG", "off")
    monkeypatch.setenv("TRACUU_LOG_DAYS", "mãi")
    assert main([]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "TRACUU_LOGG: không có thiết lập này; có phải TRACUU_LOG?",
        "TRACUU_LOG_DAYS: cần là số ngày, từ 0 trở lên.",
    ]


def bot(data: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the real command; nothing here comes as far as loading a model."""
    return subprocess.run(
        [sys.executable, "-m", "bot", "--data", str(data)],
        cwd=ROOT,
        env={"PATH": "", "HOME": str(data.parent), **settings},
        input="",
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_a_token_with_an_empty_library_names_the_command_that_fills_it(tmp_path: Path) -> None:
    done = bot(tmp_path / "data", TRACUU_TOKEN="1:abc")
    assert (done.returncode, done.stderr) == (1, starting.EMPTY_LIBRARY + "\n")


def test_a_data_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = bot(tmp_path / "file" / "data")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert str(tmp_path / "file") in line


def test_a_damaged_library_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "library.db").write_bytes(b"no database " * 1000)
    done = bot(tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(f"{tmp_path / 'library.db'}: tệp đã hỏng")
    assert done.stderr.count("\n") == 1
