"""The terminal chat: the same conversation, for the operator at the machine itself."""

import logging
import re
import shutil
import sys
import textwrap
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import ClassVar, TextIO

from bot.conversation.router import Conversation
from bot.texts import answers, starting
from bot.turn import NO_LIMITS, TERMINAL, Button, Chat, Limits, Message, Person, Rows, Span, Turn
from documents.errors import TraCuuError
from documents.shown import shown, shown_name

log = logging.getLogger(__name__)

CHAT = Chat(TERMINAL)
OPERATOR = Person(TERMINAL, "terminal")
BOLD, ITALIC, PLAIN = "\033[1m", "\033[3m", "\033[0m"
BAR = "│ "
ANSI = re.compile(r"\033\[\d+m")


class Console:
    """Reads questions from a stream and prints the answers; a number presses a button."""

    limits: ClassVar[Limits] = NO_LIMITS

    def __init__(self, conversation: Conversation, source: TextIO, target: TextIO) -> None:
        self._conversation = conversation
        self._source = source
        self._target = target
        self._buttons: tuple[Button, ...] = ()

    def run(self) -> None:
        """Answer line after line until the input ends."""
        with ThreadPoolExecutor(1) as self._thread:
            if self._source.isatty():
                self._print(starting.TERMINAL_WELCOME)
                self._step(lambda: self._conversation.say(CHAT, OPERATOR, "/start"))
            for line in self._lines():
                if line.strip():
                    self._take(line.strip())

    def _lines(self) -> Iterator[str]:
        """Yield the lines typed, or those of a file or pipe, each repeated before its answer."""
        if not self._source.isatty():
            for line in self._source:
                if line.strip():
                    self._print(shown(f"\n> {line.strip()}"))
                yield line
            return
        with suppress(EOFError, KeyboardInterrupt):
            while True:
                yield input(f"\n{starting.PROMPT}")

    def _take(self, line: str) -> None:
        number = int(line) if line.isascii() and line.isdigit() and len(line) < 4 else 0
        if 1 <= number <= len(self._buttons):
            button = self._buttons[number - 1]
            self._step(lambda: self._conversation.press(CHAT, OPERATOR, button.action))
        else:
            self._step(lambda: self._conversation.say(CHAT, OPERATOR, line))

    def _step(self, take: Callable[[], Turn]) -> None:
        """Show what comes of a step; one that fails is told in a line, and the chat goes on."""
        # In a thread, whose failure is a value: a fault of any kind must not end the chat.
        done = self._thread.submit(take)
        error = done.exception()
        if error is None:
            self._show(done.result())
            return
        frames = traceback.extract_tb(error.__traceback__)
        log.error(
            "%s at %s", type(error).__name__, ", ".join(f"{f.name}:{f.lineno}" for f in frames)
        )
        self._print(str(error) if isinstance(error, TraCuuError) else answers.FAILED)

    def _show(self, turn: Turn) -> None:
        if turn.notice:
            self._print(shown(f"({turn.notice})"))
        for message in (*turn.messages, *([turn.edit] if turn.edit else [])):
            self._show_message(message)
        if turn.rows is not None:
            self._offer(turn.rows)

    def _show_message(self, message: Message) -> None:
        fancy = self._target.isatty()
        width = shutil.get_terminal_size().columns if fancy else None
        self._print(layout(message.spans, fancy, width))
        if message.file:
            self._print(shown(str(message.file.path)))
        if message.buttons:
            self._offer(message.buttons)

    def _offer(self, rows: Rows) -> None:
        """Number the buttons; those of an earlier message are gone from the keyboard."""
        self._buttons = tuple(button for row in rows for button in row)
        labels = (f"[{n}] {shown_name(button.label)}" for n, button in enumerate(self._buttons, 1))
        self._print("  ".join(labels))

    def _print(self, text: str) -> None:
        print(text, file=self._target, flush=True)


def layout(spans: Iterable[Span], fancy: bool, width: int | None) -> str:
    """Lay spans out as lines: a bar before each quoted line, bold and italic where they show."""
    styled: list[tuple[str, bool]] = [("", False)]
    for span in spans:
        for number, piece in enumerate(shown(span.text).split("\n")):
            if number:
                styled.append(("", False))
            line, quoted = styled[-1]
            styled[-1] = (line + _styled(piece, span, fancy), quoted or span.quote is not None)
    return "\n".join(line for text, quoted in styled for line in _wrapped(text, quoted, width))


def use_utf8() -> None:
    """Speak Vietnamese whatever the locale says."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def tell(line: str) -> None:
    """Print one line on standard error, where it does not mix with the answers."""
    print(shown(line), file=sys.stderr, flush=True)


def _styled(text: str, span: Span, fancy: bool) -> str:
    if not fancy or not text:
        return text
    codes = (BOLD if span.bold else "") + (ITALIC if span.italic else "")
    return f"{codes}{text}{PLAIN}" if codes else text


def _wrapped(text: str, quoted: bool, width: int | None) -> list[str]:
    bar = BAR if quoted else ""
    if width is None or len(ANSI.sub("", text)) + len(bar) <= width:
        return [bar + text]
    lines = textwrap.wrap(text, max(width - len(bar), 20), break_long_words=False)
    return [bar + line for line in lines]
