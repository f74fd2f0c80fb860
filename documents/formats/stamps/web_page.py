"""Stamps on saved web pages, which may stand in what the reader leaves out as the site's own."""

from pathlib import Path

from lxml import html
from lxml.etree import LxmlError

from documents.formats.text_file import decoded
from documents.layout.secrecy import Mark, stamps_in

_NOT_SHOWN = ("script", "style", "noscript", "template")
_INLINE = ("a", "b", "em", "font", "i", "mark", "span", "strong", "u")


def marks_in_web_page(path: Path) -> tuple[Mark, ...]:
    """Return the elements that may be a stamp by all they say."""
    try:
        page = html.document_fromstring(decoded(path))
    except (LxmlError, ValueError):  # of a page that states an encoding, or is none
        page = html.document_fromstring(path.read_bytes())
    blocks = page.iter()
    said = [
        " ".join(one.text_content().split())
        for one in blocks
        if isinstance(one.tag, str) and one.tag not in (*_NOT_SHOWN, *_INLINE) and _is_leaf(one)
    ]
    return tuple(Mark(stamp, "trang web", is_apart=False) for stamp in stamps_in(said))


def _is_leaf(element: html.HtmlElement) -> bool:
    return all(child.tag in _INLINE or child.tag == "br" for child in element)
