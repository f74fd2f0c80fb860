"""Headers of pages that hold what belongs over the text: the letterhead of a form."""

import re
from collections.abc import Sequence

from documents.layout.letterhead import belongs_to_letterhead
from documents.layout.secrecy import stamp_of
from documents.vietnamese.normalize import normalize

_PARTED = re.compile(r"\n|\t|\s{3,}")  # a header's left, middle and right
_HEAD_LINES = 15  # of a body, within which its own letterhead stands


def page_letterhead(headers: Sequence[str], body: Sequence[str]) -> list[str]:
    """Return the letterhead that pages' headers hold for a body that has none, as forms do."""
    head = [normalize(line.strip()) for text in body[:_HEAD_LINES] for line in text.split("\n")]
    lines = [line.strip() for text in headers for line in _PARTED.split(text) if line.strip()]
    if any(map(belongs_to_letterhead, head)):
        return []
    if not any(belongs_to_letterhead(normalize(line)) for line in lines):
        return []
    return [line for line in dict.fromkeys(lines) if not stamp_of(normalize(line))]
