"""Stamps in RTF that are drawn as WordArt; its boxes and headers are read with the text."""

import re
from pathlib import Path

from documents.layout.secrecy import Mark, marks_among

_WORD_ART = re.compile(rb"\\sn\s+gtextUNICODE\s*\}\s*\{\s*\\sv\s+([^{}]*)\}")
_ESCAPE = re.compile(r"\\u(-?\d+)\s?\??|\\'([0-9a-fA-F]{2})")


def marks_in_rich_text(path: Path) -> tuple[Mark, ...]:
    """Return the WordArt that may be a stamp."""
    drawn = [
        _unescaped(one.decode("cp1252", "replace")) for one in _WORD_ART.findall(path.read_bytes())
    ]
    return tuple(mark for text in drawn for mark in marks_among(text, "chữ nghệ thuật"))


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(
        lambda match: chr(int(match[1]) % 2**16) if match[1] else chr(int(match[2], 16)), text
    )
