"""Saved web pages: the main text without menus, footers and related links; home of trafilatura."""

import re
from collections.abc import Iterator
from datetime import date
from email import message_from_bytes
from html import unescape
from pathlib import Path

import trafilatura
from lxml import html
from trafilatura.settings import Document as Metadata

from documents.errors import DocumentError
from documents.formats.markdown import markdown_lines
from documents.formats.tables import table_lines
from documents.formats.text_file import decoded, decoded_bytes, unwrapped
from documents.layout.letterhead import belongs_to_letterhead
from documents.layout.outline import is_capitals
from documents.vietnamese.legacy_fonts import (
    font_encoding,
    has_capitals_only,
    in_unicode,
    lines_in_unicode,
)
from documents.vietnamese.normalize import fold, normalize

_UNSEEN = frozenset(("script", "style", "head", "title", "noscript", "template"))
_INLINE = frozenset(
    ("a", "abbr", "b", "big", "code", "em", "font", "i", "ins", "label", "mark", "q", "s", "small")
    + ("span", "strong", "sub", "sup", "tt", "u")
)
_BLOCKS = (
    "br",
    "p",
    "div",
    "table",
    "ul",
    "ol",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "section",
)
_LONGEST_CELL = 60  # words; a cell with more is a part of the page, not of a table
_TELLING = 8  # characters of a line that is found again
_LEGACY_FONT = re.compile(r"(?:face|font-family)\s*[=:]\s*['\"&;a-z]*\s*(?:\.vn|vni-|vntime)", re.I)
_FAMILY = re.compile(r"font-family\s*:\s*([^;]+)", re.IGNORECASE)
# what pages say that show nothing else to a program
_ASKS = re.compile(r"javascript|dang nhap|log ?in|sign in|captcha|cookie")
_FEWEST_WORDS = 40
_HEAD = 15  # lines, within which a document names its kind
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_SITE_AFTER_TITLE = re.compile(r"\s+[-–—|»]\s+(?P<site>[^|»]+)$")
# what the page states about itself; not the dates that can be found by searching its text
_STATED_DATE = {"extensive_search": False, "original_date": True}


def read_web_page(path: Path) -> str:
    """Return the page's title, source and date where it states them, then its main text."""
    return _page_text(decoded(path), path)


def read_web_archive(path: Path) -> str:
    """Return the same of a page that a browser saved as one file (MHT, MHTML)."""
    message = message_from_bytes(path.read_bytes())
    for part in message.walk():
        if part.get_content_type() == "text/html":
            content = part.get_payload(decode=True)
            return _page_text(
                decoded_bytes(content if isinstance(content, bytes) else b"", path), path
            )
    raise DocumentError(path, "tệp MHT không có trang web; hãy lưu lại trang dưới dạng HTML.")


def all_lines(path: Path) -> list[str]:
    """Return every line of a page that stands inside another document, its tables as rows."""
    return _lines_of(decoded(path))


def _lines_of(page: str) -> list[str]:
    parsed = html.document_fromstring(page)
    lines = _block_lines(parsed.body if parsed.body is not None else parsed)
    return [cleaned for line in lines if (cleaned := " ".join(normalize(line).split()))]


def _block_lines(element: html.HtmlElement) -> Iterator[str]:
    """Yield the lines of an element's blocks."""
    if not isinstance(element.tag, str) or element.tag in _UNSEEN:
        return
    if element.tag == "table":
        yield from _table(element)
        return
    inline = element.text or ""
    for child in element:
        if child.tag == "br":
            yield inline
            inline = ""
        elif child.tag in _INLINE and next(child.iter(*_BLOCKS), None) is None:
            inline += child.text_content()
        else:
            yield inline
            inline = ""
            yield from _block_lines(child)
        inline += child.tail or ""
    yield inline


def _table(table: html.HtmlElement) -> Iterator[str]:
    """Yield the rows of a table, or the blocks of one that only places text on the page."""
    own = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    cells = [list(row.iterchildren("td", "th")) for row in own]
    texts = [["\n".join(filter(str.strip, _cell(cell))) for cell in row] for row in cells]
    nested = any(
        next(cell.iterdescendants("table"), None) is not None for row in cells for cell in row
    )
    if nested or any(len(text.split()) > _LONGEST_CELL for row in texts for text in row):
        yield from (line for row in texts for text in row for line in text.split("\n"))
    else:
        yield from table_lines(texts)


def _cell(cell: html.HtmlElement) -> Iterator[str]:
    return (" ".join(line.split()) for line in _block_lines(cell))


def _by_fonts(page: str) -> str:
    """Return a page with what is set in fonts of before Unicode in the letters they show."""
    if not _LEGACY_FONT.search(page):
        return page
    parsed = html.document_fromstring(page)
    for element in parsed.iter():
        if not isinstance(element.tag, str) or element.tag in _UNSEEN:
            continue
        font = _font_of(element)
        element.text = _shown(element.text, font)
        for child in element:
            child.tail = _shown(child.tail, font)
    return str(html.tostring(parsed, encoding="unicode"))


def _font_of(element: html.HtmlElement) -> str:
    """Return the first font that an element, or one it is in, is set in."""
    for one in (element, *element.iterancestors()):
        stated = _FAMILY.search(one.get("style", ""))
        if font := (stated[1] if stated else one.get("face", "")):
            return str(font).split(",")[0].strip(" '\"")
    return ""


def _shown(text: str | None, font: str) -> str | None:
    if not text or not (encoding := font_encoding(font)):
        return text
    shown = in_unicode(text, encoding)
    return shown.upper() if has_capitals_only(font) else shown


def _official_lines(page: str, main: str) -> list[str]:
    """Return the lines of an official document that a page shows, from its letterhead on.

    Extraction by blocks, which is made for articles, mixes up what tables only place; it tells
    where the document ends.
    """
    lines = _lines_of(page)
    first = next((place for place, line in enumerate(lines) if belongs_to_letterhead(line)), None)
    if first is None:
        return []
    while first and (is_capitals(lines[first - 1]) or not any(map(str.isalnum, lines[first - 1]))):
        first -= 1
    kept = [place for place, line in enumerate(lines) if len(line) > _TELLING and line in main]
    return lines[first : max(kept, default=0) + 1]


def _page_text(page: str, path: Path) -> str:
    page = _by_fonts(page)
    text = trafilatura.extract(
        page, output_format="markdown", include_comments=False, include_tables=True
    )
    if not text:
        raise DocumentError(
            path, "không thấy nội dung chính trong trang web; hãy chép bài viết ra tệp TXT."
        )
    body = unwrapped(lines_in_unicode(markdown_lines(text)))
    if len(body.split()) < _FEWEST_WORDS and _ASKS.search(fold(body)):
        raise DocumentError(
            path,
            "trang web chỉ là lời mời đăng nhập hoặc bật JavaScript, không có bài viết; "
            "hãy đăng nhập, mở bài viết rồi lưu lại, hoặc chép ra tệp TXT.",
        )
    if official := _official_lines(page, " ".join(body.split())):
        body = unwrapped(lines_in_unicode(official))
    return "\n".join((*_head(page, body), body))


def _head(page: str, body: str) -> list[str]:
    """Return the lines that say what the page is; no title where the body begins with it."""
    stated = trafilatura.extract_metadata(page, date_config=_STATED_DATE)
    if stated is None:
        return []
    lines = []
    title = " ".join(normalize(stated.title or "").split())
    begins = title in body[: 2 * len(title) + 10] or title in body.split("\n", _HEAD)[:_HEAD]
    if title and not begins:
        lines.append(f"# {title}")
    if site := _site(page, stated, title):
        lines.append(f"Nguồn: {site}")
    if stated.date:
        lines.append(f"Ngày đăng: {date.fromisoformat(stated.date):%d/%m/%Y}")
    return lines


def _site(page: str, stated: Metadata, title: str) -> str | None:
    """Return the site's name: as stated, or as the window's title adds it to the article's."""
    if stated.sitename:
        return " ".join(normalize(stated.sitename).split())
    window = _TITLE.search(page)
    if not window or not title:
        return None
    shown = " ".join(normalize(unescape(window.group(1))).split())
    after = _SITE_AFTER_TITLE.match(shown.removeprefix(title)) if shown.startswith(title) else None
    return after["site"] if after else None
