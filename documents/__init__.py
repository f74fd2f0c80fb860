"""What a document is: bytes become passages with exact offsets, and are kept.

The names of the layer. Each is imported when it is first used: a command that does not read
files, or one that is asked for its help, need not wait for the libraries that do.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from documents.document import Document, Locator, Passage
    from documents.errors import (
        BackupError,
        DocumentError,
        LibraryError,
        LibraryInUseError,
        OtherVersionError,
        TraCuuError,
    )
    from documents.formats.read import Reading, read
    from documents.metadata.description import Description
    from documents.metadata.extract import describe
    from documents.splitting.passages import indexed_text, split
    from documents.store.library import Library
    from documents.store.records import Entry, Head

__all__ = [
    "BackupError",
    "Description",
    "Document",
    "DocumentError",
    "Entry",
    "Head",
    "Library",
    "LibraryError",
    "LibraryInUseError",
    "Locator",
    "OtherVersionError",
    "Passage",
    "Reading",
    "TraCuuError",
    "describe",
    "indexed_text",
    "read",
    "split",
]

_HOMES = {
    "Document": "documents.document",
    "Locator": "documents.document",
    "Passage": "documents.document",
    "BackupError": "documents.errors",
    "DocumentError": "documents.errors",
    "LibraryError": "documents.errors",
    "LibraryInUseError": "documents.errors",
    "OtherVersionError": "documents.errors",
    "TraCuuError": "documents.errors",
    "Reading": "documents.formats.read",
    "read": "documents.formats.read",
    "Description": "documents.metadata.description",
    "describe": "documents.metadata.extract",
    "indexed_text": "documents.splitting.passages",
    "split": "documents.splitting.passages",
    "Library": "documents.store.library",
    "Entry": "documents.store.records",
    "Head": "documents.store.records",
}

if not TYPE_CHECKING:  # so that a name that is not there is still found out

    def __getattr__(name):
        """Import a name of the layer."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_HOMES[name]), name)
