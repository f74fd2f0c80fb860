"""Places in a document as questions name them: "Điều 5 khoản 2", "mục 1.1"."""

import re
from dataclasses import dataclass

from documents.vietnamese.normalize import fold

# of folded text, the largest first; a section stands apart from the others
PLACE_PARTS = (
    ("article", re.compile(r"(?<!\w)(?:dieu|article)\s+(\d{1,3}[a-z]?)(?!\w)")),
    ("clause", re.compile(r"(?<!\w)(?:khoan|clause)\s+(\d{1,3}[a-z]?)(?!\w)")),
    ("point", re.compile(r"(?<!\w)(?:diem|point)\s+([a-z](?!\w)|[a-z]\))")),
    (
        "section",
        re.compile(r"(?<!\w)(?:muc|tiet|diem|section)\s+(\d{1,2}(?:\.\d{1,2})*|[ivx]{1,5})(?!\w)"),
    ),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a document as a question names it: the bare numbers and letters."""

    article: str | None = None
    clause: str | None = None
    point: str | None = None
    section: str | None = None

    def __str__(self) -> str:
        labels = (
            f"Điều {self.article}" if self.article else None,
            f"khoản {self.clause}" if self.clause else None,
            f"điểm {self.point}" if self.point else None,
            f"mục {self.section}" if self.section else None,
        )
        return ", ".join(label for label in labels if label)


def place_in(text: str) -> Place | None:
    """Return the place a question names ("Điều 5 khoản 2", "mục 1.1"); None when it names none."""
    folded = fold(text)
    parts = {
        # as typed: điểm đ is not điểm d
        name: text[slice(*match.span(1))].lower().rstrip(")")
        for name, pattern in PLACE_PARTS
        if (match := pattern.search(folded)) is not None
    }
    return Place(**parts) if parts else None
