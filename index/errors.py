"""What the index refuses, drawn once; each message is one Vietnamese line with the remedy.

TraCuuError
└── IndexFault
    ├── EncoderError       a model that cannot be loaded
    ├── SnapshotError      an index that must not be used
    │   └── MovedError     it was replaced between two statements
    ├── IndexFileError     a file of an index that cannot be read or written
    └── CorrectionError    a row of a table of corrections
"""

from documents.errors import TraCuuError


class IndexFault(TraCuuError):
    """What keeps documents from being made searchable, or an index from being searched."""


class EncoderError(IndexFault):
    """A model that cannot be loaded; the message names it and the remedy."""


class SnapshotError(IndexFault):
    """An index that must not be used; the message names it and the command that mends it."""


class MovedError(SnapshotError):
    """There is no such schema, or another was put in its place between two statements."""

    def __init__(self) -> None:
        super().__init__("Chỉ mục dùng chung vừa được thay bằng bản khác; hãy thử lại.")


class IndexFileError(IndexFault):
    """A file of an index that cannot be read or written; the message names it."""


class CorrectionError(IndexFault):
    """A row that cannot be applied; the message says why, without its line."""
