"""Passages become searchable: encoded, indexed, and in step with the library.

The names of the layer. Each is imported when it is first used: a command that does not read
files, or one that is asked for its help, need not wait for the libraries that do.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.encoders.base import Encoder
    from index.encoders.load import load_encoder
    from index.errors import EncoderError, IndexFault, SnapshotError
    from index.ingest.ingest import add_files, remove_document
    from index.ingest.results import Options, Outcome, Overrides
    from index.snapshot.snapshot import Snapshot

__all__ = [
    "Encoder",
    "EncoderError",
    "IndexFault",
    "Options",
    "Outcome",
    "Overrides",
    "Snapshot",
    "SnapshotError",
    "add_files",
    "load_encoder",
    "remove_document",
]

_HOMES = {
    "Encoder": "index.encoders.base",
    "load_encoder": "index.encoders.load",
    "EncoderError": "index.errors",
    "IndexFault": "index.errors",
    "SnapshotError": "index.errors",
    "add_files": "index.ingest.ingest",
    "remove_document": "index.ingest.ingest",
    "Options": "index.ingest.results",
    "Outcome": "index.ingest.results",
    "Overrides": "index.ingest.results",
    "Snapshot": "index.snapshot.snapshot",
}

if not TYPE_CHECKING:  # so that a name that is not there is still found out

    def __getattr__(name):
        """Import a name of the layer."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_HOMES[name]), name)
