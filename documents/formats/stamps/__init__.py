"""Words that stand outside a document's running text, where stamps of secrecy are: by its format.

The readers beside this folder give what a document says; these give what else is shown on it.
"""

from collections.abc import Callable
from pathlib import Path

from documents.formats.stamps.office_xml import marks_in_package
from documents.formats.stamps.rich_text import marks_in_rich_text
from documents.formats.stamps.web_page import marks_in_web_page
from documents.formats.stamps.word_binary import marks_in_word_binary
from documents.layout.secrecy import Mark

MARKS: dict[str, Callable[[Path], tuple[Mark, ...]]] = {
    ".docx": marks_in_package,
    ".xlsx": marks_in_package,
    ".doc": marks_in_word_binary,
    ".rtf": marks_in_rich_text,
    ".html": marks_in_web_page,
    ".htm": marks_in_web_page,
}
"""By suffix, what gives the words that may be stamps; raises DocumentError on damaged files."""
