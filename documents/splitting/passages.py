"""A document -> passages of about 110 words that end where a clerk would end a citation."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from documents.document import Document, Locator, Passage
from documents.layout.numbering import Rank
from documents.layout.outline import Item, ancestors, locator_of, outline
from documents.layout.segmentation import Frame, Role, frame_of
from documents.splitting.blocks import Block, blocks_of, packed
from documents.vietnamese.normalize import fold

LETTERHEAD = "đầu văn bản"  # the places of what surrounds a document's body, as they are cited
SIGNATURE = "cuối văn bản"
BULLET_WORDS = 15  # a bullet that says more is a provision, though others stand under it
BASIS_HEADING = "Căn cứ"
CAPTION_WORDS = 40
_TABLE_CAPTION = re.compile(r"(?:Bảng|Biểu)(?: số)?\s+[\dIVX][\d.]*\s*[.:–-]?\s", re.IGNORECASE)


def split(document: Document, target_words: int = 110) -> tuple[Passage, ...]:
    """Cut a document into passages, in order; each is a verbatim span of its text."""
    frame = frame_of(document.text)
    basis = _Cutter(document, frame.spans(Role.BASIS), target_words, BASIS_HEADING).passages()
    body = _Cutter(document, frame.spans(Role.BODY), target_words).passages()
    if not (basis or body):
        # nothing but letterhead and signature: better quoted than lost
        return _Cutter(document, frame.lines, target_words).passages()
    if not frame.is_official:
        return _in_order(basis + body)
    heads = _runs(frame, Role.HEAD, Role.KIND, Role.TITLE)[:1]
    letterhead = _framing(document, LETTERHEAD, heads)
    signature = _framing(document, SIGNATURE, _runs(frame, Role.TAIL))
    return _in_order(letterhead + basis + body + signature)  # annexes come after the signature


def _in_order(passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
    return tuple(sorted(passages, key=lambda passage: passage.start))


def is_frame(passage: Passage) -> bool:
    """Tell letterheads and signatures, which tell of the document, from what it says."""
    return passage.locator.part in (LETTERHEAD, SIGNATURE)


def is_body(passage: Passage) -> bool:
    """Tell what a document says from its letterhead, signature and căn cứ."""
    return not is_frame(passage) and passage.locator.heading != BASIS_HEADING


def _runs(frame: Frame, *roles: Role) -> tuple[tuple[int, int], ...]:
    """Return the spans of neighbouring lines that have one of the roles."""
    runs = []
    for wanted, lines in groupby(
        zip(frame.lines, frame.roles, strict=True), key=lambda line: line[1] in roles
    ):
        if wanted:
            spans = [span for span, _role in lines]
            runs.append((spans[0][0], spans[-1][1]))
    return tuple(runs)


def _framing(
    document: Document, place: str, runs: Sequence[tuple[int, int]]
) -> tuple[Passage, ...]:
    passages: list[Passage] = []
    for start, end in runs:
        text = re.sub(r"\n[\W_]+\Z", "", document.text[start:end])  # a rule under the title
        passages.append(
            Passage(
                passage_id=f"{document.document_id}/{_slug(place)}/{len(passages) + 1}",
                document_id=document.document_id,
                text=text,
                locator=Locator(part=place),
                start=start,
                end=start + len(text),
                page=document.page_at(start),
            )
        )
    return tuple(passages)


class _Cutter:
    """Cuts some lines of a document into passages."""

    def __init__(
        self,
        document: Document,
        lines: Sequence[tuple[int, int]],
        target: int,
        heading: str | None = None,
    ) -> None:
        self.document = document
        self.items = outline(document.text, lines)
        self.target = target
        self.heading = heading
        self.ordinals: Counter[str] = Counter()

    def passages(self) -> tuple[Passage, ...]:
        """Return the passages in order, with identifiers that depend on structure alone."""
        blocks = blocks_of(self.document.text, self.items, self.target)
        passages: list[Passage] = []
        caption = None
        for group in packed(self.items, blocks, self.target):
            if not group[0].is_row:
                caption = _caption(self.document.text[group[0].start : group[-1].end])
            passages.append(self._passage(group, caption if group[0].is_row else None))
        return tuple(passages)

    def _passage(self, blocks: Sequence[Block], caption: str | None) -> Passage:
        path = _common_path(self.items, blocks)
        heading = self.heading or _heading(self.items, path)
        if caption:
            heading = f"{heading} › {caption}" if heading else caption
        locator = locator_of(self.items, path, heading)
        slug = _slug(str(locator) or self.heading or "đoạn")
        self.ordinals[slug] += 1
        start, end = blocks[0].start, blocks[-1].end
        return Passage(
            passage_id=f"{self.document.document_id}/{slug}/{self.ordinals[slug]}",
            document_id=self.document.document_id,
            text=self.document.text[start:end],
            locator=locator,
            start=start,
            end=end,
            page=self.document.page_at(start),
        )


def _caption(text: str) -> str | None:
    """Return the line at the end of a text that names the table behind it."""
    last = text.rsplit("\n", 1)[-1]
    return last if _TABLE_CAPTION.match(last) and len(last.split()) <= CAPTION_WORDS else None


def indexed_text(title: str, passage: Passage) -> str:
    """Return what is encoded and tokenised: title, headings and text, without repeating any."""
    shown = fold(passage.text)
    context = [title, *(passage.locator.heading or "").split(" › ")]
    missing = [line for line in context if line and fold(line) not in shown]
    return "\n".join((*missing, passage.text))


def _common_path(items: Sequence[Item], blocks: Sequence[Block]) -> tuple[int, ...]:
    """Return the path to the deepest division that holds every provision, else to the first."""
    paths = [ancestors(items, block.item) for block in blocks]
    shortest = min(len(path) for path in paths)
    common = 0
    while common < shortest and len({path[common] for path in paths}) == 1:
        common += 1
    return paths[0][:common] if any(items[p].label for p in paths[0][:common]) else paths[0]


def _heading(items: Sequence[Item], path: Sequence[int]) -> str | None:
    """Join the titles along a path of items, the outermost first."""
    titles = [items[place].title.rstrip(" :.") for place in path if _gives_context(items[place])]
    return " › ".join(title for title in titles if title) or None


def _gives_context(item: Item) -> bool:
    """Whether an item's title tells what the items under it are about, in few words."""
    return item.is_title and (item.rank < Rank.STAR or len(item.title.split()) <= BULLET_WORDS)


def _slug(place: str) -> str:
    """Write a place in plain ASCII for an identifier: "Điều 5, khoản 2" as "dieu-5-khoan-2"."""
    return re.sub(r"[^a-z0-9.]+", "-", fold(place)).strip("-")
