"""Draws a chat as a phone shows it: ``python -m tests.golden.chat_page FOLDER`` draws every scene.

Each becomes a page; where Chromium is on the PATH, also a picture of it.
"""

import asyncio
import html
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.golden.scenarios import SCENARIOS, play
from tests.golden.scene import NAMES
from tests.telegram_server.server import SentMessage

WIDTH, HEIGHT = 412, 2400  # a phone of today, scrolled to its end
TAGS = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote class=folded>", "</blockquote>"),
}
STYLE = """
body { margin: 0; padding: 8px; width: 396px; background: #d5e3d0; font: 15px/1.35 sans-serif; }
.m { background: #fff; border-radius: 12px; padding: 7px 10px; margin: 6px 48px 2px 0;
     white-space: pre-wrap; overflow-wrap: anywhere; }
.m.user { background: #e6ffd1; margin: 6px 0 2px 48px; }
.who { color: #3a7bc8; font-size: 12px; }
.row { display: flex; gap: 4px; margin: 0 48px 3px 0; }
.row span { flex: 1; background: #6f8f6a; color: #fff; border-radius: 8px; padding: 6px 4px;
            text-align: center; font-size: 13px; }
blockquote { display: inline-block; margin: 2px 0; padding: 3px 8px; border-left: 3px solid #3a7bc8;
             background: #eef4fb; border-radius: 4px; }
blockquote.folded { border-left-style: double; }
"""


def page(messages: Iterable[SentMessage]) -> str:
    """Return a chat, as it stands at its end, as a page."""
    bubbles = "\n".join(_bubble(message) for message in messages)
    return f"<!doctype html><meta charset=utf-8><style>{STYLE}</style><body>{bubbles}</body>\n"


def _bubble(message: SentMessage) -> str:
    mine = message.method == "user"
    who = NAMES.get(message.sender.user_id, "Tra Cứu") if message.sender else "Tra Cứu"
    file = f"📎 {html.escape(message.file.name)}\n" if message.file else ""
    rows = "".join(
        f"<div class=row>{''.join(f'<span>{html.escape(b.text)}</span>' for b in row)}</div>"
        for row in message.rows
    )
    kind = "m user" if mine else "m"
    text = f"{file}{_text(message)}"
    return f'<div class="{kind}"><div class=who>{html.escape(who)}</div>{text}</div>{rows}'


def _text(message: SentMessage) -> str:
    """Return the text with its entities as tags; those that begin first are closed last."""
    raw = message.text.encode("utf-16-le")
    opening: dict[int, str] = {}
    closing: dict[int, str] = {}
    for entity in sorted(message.entities, key=lambda e: (e.offset, -e.length)):
        if tags := TAGS.get(entity.type):
            opening[entity.offset] = opening.get(entity.offset, "") + tags[0]
            closing[entity.end] = tags[1] + closing.get(entity.end, "")
    edges = sorted({0, len(raw) // 2, *opening, *closing})
    pieces = []
    for first, last in zip(edges, [*edges[1:], edges[-1]], strict=True):
        piece = raw[2 * first : 2 * last].decode("utf-16-le", "replace")
        pieces += [closing.get(first, ""), opening.get(first, ""), html.escape(piece)]
    return "".join(pieces)


def draw(folder: Path) -> None:
    """Write a page for every chat of every scene, and pictures where Chromium is there."""
    folder.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    for scenario in SCENARIOS:
        with tempfile.TemporaryDirectory() as data:
            scene = asyncio.run(play(scenario, Path(data)))
        for chat_id in dict.fromkeys(m.chat_id for m in scene.server.world.messages.values()):
            name = f"{scenario.__name__}-{'nhom' if chat_id < 0 else chat_id}"
            file = folder / f"{name}.html"
            file.write_text(page(scene.server.screen(chat_id)), encoding="utf-8")
            if chromium:
                _photograph(chromium, file)


def _photograph(chromium: str, file: Path) -> None:
    subprocess.run(
        [
            chromium,
            "--headless",
            "--no-sandbox",
            "--hide-scrollbars",
            f"--window-size={WIDTH},{HEIGHT}",
            f"--screenshot={file.with_suffix('.png')}",
            file.as_uri(),
        ],
        check=True,
        capture_output=True,
    )


if __name__ == "__main__":
    draw(Path(sys.argv[1]).resolve())
