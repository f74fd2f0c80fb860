"""What is printed over a page when it is signed or received: no part of the document's text."""

import re
from collections.abc import Sequence

from documents.vietnamese.normalize import fold

# a digital signature as programs show it, by decree 30/2020 with the office and the time
_SIGNED = re.compile(
    r"(?:người ký|(?:được )?ký bởi|e-?mail|cơ quan|tổ chức|đơn vị|thời gian ký|ngày ký"
    r"|digitally signed by|signed by|dn|date|reason|location)\s*:",
    re.IGNORECASE,
)
_SIGNED_AT = re.compile(r"(?:thời gian ký|ngày ký|date)\s*:", re.IGNORECASE)
# the stamp of an office that a letter came to
_RECEIVED = frozenset(("den", "cong van den", "van ban den"))
_RECEIVED_AS = re.compile(r"(?:số|ngày|giờ|chuyển|lưu hồ sơ(?: số)?)\s*[:.…]", re.IGNORECASE)


def overprinted(lines: Sequence[str]) -> frozenset[int]:
    """Return the places of the lines that make up a digital signature or a stamp of receipt."""
    found: set[int] = set()
    place = 0
    while place < len(lines):
        after = place
        while after < len(lines) and _SIGNED.match(lines[after]):
            after += 1
        if after > place + 1 and any(map(_SIGNED_AT.match, lines[place:after])):
            found.update(range(place, after))
        elif fold(lines[place]).strip(" :.") in _RECEIVED:
            after = place + 1
            while after < len(lines) and _RECEIVED_AS.match(lines[after]):
                after += 1
            found.update(range(place, after) if after > place + 1 else ())
        place = max(after, place + 1)
    return frozenset(found)
