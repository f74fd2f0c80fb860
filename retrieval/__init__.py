"""A question becomes an answer that shows its source, or an honest no.

The names of the layer. Each is imported when it is first used: a command that is asked for its
help need not wait for the libraries that search.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.answer import Answer, Citation, NoAnswer, Response
    from retrieval.cross_encoder.load import open_reader
    from retrieval.errors import ReaderError, RetrievalError
    from retrieval.pipeline import Searcher
    from retrieval.question.question import Question

__all__ = [
    "Answer",
    "Citation",
    "NoAnswer",
    "Question",
    "ReaderError",
    "Response",
    "RetrievalError",
    "Searcher",
    "open_reader",
]

_HOMES = {
    "Answer": "retrieval.answer",
    "Citation": "retrieval.answer",
    "NoAnswer": "retrieval.answer",
    "Response": "retrieval.answer",
    "open_reader": "retrieval.cross_encoder.load",
    "ReaderError": "retrieval.errors",
    "RetrievalError": "retrieval.errors",
    "Searcher": "retrieval.pipeline",
    "Question": "retrieval.question.question",
}

if not TYPE_CHECKING:  # so that a name that is not there is still found out

    def __getattr__(name):
        """Import a name of the layer."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_HOMES[name]), name)
