"""Text that somebody else chose, such as the name of a person or a file, made safe to show.

A control character can rewrite a terminal's line, a mark of direction the reading of a name:
"gpj.exe" is shown as "exe.jpg" behind one.
"""

import re

# All but the tab and the line feed: the control characters, the marks and overrides of direction,
# the separators that no keyboard has, and the mark of byte order.
_DISTURBING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff]"
)


def shown(text: str) -> str:
    """Return a text without what disturbs the text around it; its lines stay."""
    return _DISTURBING.sub("", text)


def shown_name(name: str) -> str:
    """Return a name on one line, without anything that is not seen."""
    seen = (char for char in shown(name) if char.isprintable() or char.isspace())
    return " ".join("".join(seen).split())
