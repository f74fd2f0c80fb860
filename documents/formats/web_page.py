"""Saved web pages: the main text without menus, footers and related links; home of trafilatura."""

import re
from datetime import date
from email import message_from_bytes
from html import unescape
from pathlib import Path

import trafilatura
from trafilatura.settings import Document as Metadata

from documents.errors import DocumentError
from documents.formats.markdown import markdown_lines
from documents.formats.text_file import decoded, decoded_bytes, unwrapped
from documents.vietnamese.normalize import normalize

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


def _page_text(page: str, path: Path) -> str:
    text = trafilatura.extract(
        page, output_format="markdown", include_comments=False, include_tables=True
    )
    if not text:
        raise DocumentError(
            path, "không thấy nội dung chính trong trang web; hãy chép bài viết ra tệp TXT."
        )
    body = unwrapped(markdown_lines(text))
    return "\n".join((*_head(page, body), body))


def _head(page: str, body: str) -> list[str]:
    """Return the lines that say what the page is; no title where the body begins with it."""
    stated = trafilatura.extract_metadata(page, date_config=_STATED_DATE)
    if stated is None:
        return []
    lines = []
    title = " ".join(normalize(stated.title or "").split())
    if title and title not in body[: 2 * len(title) + 10]:
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
