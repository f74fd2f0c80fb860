"""The shipped samples, so that the terminal chat of a fresh clone has something to answer from."""

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from documents.formats.read import SUFFIXES
from documents.store import lock
from documents.store.library import Library
from index.ingest.ingest import add_files
from index.ingest.results import Options

if TYPE_CHECKING:
    from index.encoders.base import Encoder  # not at run time: it takes seconds to import

ABOUT = "README.md"  # describes the samples and is none


def add_samples(data: Path, library: Library, encoder: "Encoder") -> tuple[str, ...]:
    """Add the samples to an empty library; return a line for each that was refused."""
    with resources.as_file(resources.files("documents") / "samples") as folder:
        files = sorted(
            path
            for path in folder.iterdir()
            if path.suffix.lower() in SUFFIXES and path.name != ABOUT
        )
        with lock.writing(data):
            outcomes = tuple(add_files(data, library, encoder, files, Options()))
    return tuple(outcome.reason for outcome in outcomes if outcome.reason)
