"""What searching refuses, drawn once; each message is one Vietnamese line with the remedy.

TraCuuError
└── RetrievalError
    ├── AbbreviationError   the staff's table of abbreviations
    ├── ReaderError         a trained reader that cannot be loaded
    ├── CorpusError         a corpus or questions to measure on
    ├── BaselineError       kept measurements
    └── GenerationError     a language model that does not answer; never shown to an asker
"""

from documents.errors import TraCuuError


class RetrievalError(TraCuuError):
    """What keeps a question from being asked or measured."""


class AbbreviationError(RetrievalError):
    """A table of abbreviations that cannot be used; the message names the file and the line."""


class ReaderError(RetrievalError):
    """A reader that cannot be loaded; the message names it and the remedy."""


class CorpusError(RetrievalError):
    """A corpus or question file that cannot be used; the message names the file and the line."""


class BaselineError(RetrievalError):
    """A file of kept measurements that cannot be used; the message names it."""


class GenerationError(RetrievalError):
    """A language model that gave no usable answer; the message says why, for the log."""
