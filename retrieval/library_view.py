"""One generation of the library with its index, pinned for one question, and what it knows."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from documents.document import Document
from documents.store.library import Library
from index.encoders.base import Encoder
from index.snapshot.snapshot import Snapshot
from retrieval.catalogue import Catalogue
from retrieval.question.abbreviations import Abbreviations
from retrieval.question.defined_abbreviations import Definitions, with_defined
from retrieval.question.glossary import Glossary
from retrieval.question.question import Question, understand
from retrieval.question.spelling import Restorer, Speller

if TYPE_CHECKING:
    from index.postgres.index import Shared  # not at run time: its packages are optional

DEFINITIONS = "definitions.json"  # in the index's folder, beside the snapshots
NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Generation:
    """What follows from one generation of the library; its parts change together."""

    snapshot: Snapshot
    restorer: Restorer
    speller: Speller
    catalogue: Catalogue
    definitions: Definitions
    abbreviations: Abbreviations  # with those that documents define

    @classmethod
    def of(
        cls,
        snapshot: Snapshot,
        library: Library,
        index_folder: Path,
        abbreviations: Abbreviations,
        before: "Generation | None",
    ) -> "Generation":
        """Learn what a snapshot's generation holds; what ``before`` knows is not read again."""
        path = index_folder / DEFINITIONS
        known = before.definitions if before else Definitions.load(path)
        definitions = known.followed(library)
        if definitions != known:
            definitions.save(path)
        table = with_defined(abbreviations, definitions.without(NOTHING))
        restorer = Restorer.over(snapshot.lexicon)
        return cls(
            snapshot,
            restorer,
            Speller(restorer.lexicon, table.folded),
            Catalogue.of(library, before.catalogue if before else None),
            definitions,
            table,
        )


@dataclass(frozen=True)
class LibraryView:
    """One generation as whoever asks may know it: nothing here tells of a hidden document.

    ``hidden_keys`` are those of the passages of ``hidden``, None where nothing is hidden.
    """

    library: Library
    snapshot: Snapshot
    catalogue: Catalogue
    restorer: Restorer
    speller: Speller
    abbreviations: Abbreviations
    glossary: Glossary
    hidden: frozenset[str] = NOTHING
    hidden_keys: NDArray[np.int64] | None = None

    def understand(self, typed: str) -> Question:
        """Read a question with the library's own words."""
        return understand(typed, self.restorer, self.abbreviations, self.glossary, self.speller)

    def document(self, document_id: str | None) -> Document | None:
        """Return a document; None where it is gone or hidden."""
        if document_id is None or document_id in self.hidden:
            return None
        return self.library.document(document_id)


class Views:
    """Opens views of a library, following its changes; one instance serves many threads."""

    def __init__(
        self,
        library: Library,
        encoder: Encoder,
        index_folder: Path,
        abbreviations: Abbreviations,
        glossary: Glossary,
        shared: "Shared | None" = None,
    ) -> None:
        self._library = library
        self._encoder = encoder
        self._index_folder = index_folder
        self._abbreviations = abbreviations
        self._glossary = glossary
        self._shared = shared  # where the legs lie; None for the index folder
        self._latest: Generation | None = None
        self._following = threading.Lock()
        # what a generation defines without hidden documents, of which there is a set for each role
        self._tables: dict[tuple[int, frozenset[str]], Abbreviations] = {}

    def latest(self) -> Generation:
        """Return what is known of the library's present generation, catching up with it."""
        latest = self._latest
        if latest is not None and latest.snapshot.generation == self._library.generation:
            return latest
        with self._following:
            before = self._latest
            if before is not None and before.snapshot.generation == self._library.generation:
                return before
            snapshot = Snapshot.open(
                self._index_folder,
                self._library,
                self._encoder.fingerprint,
                self._encoder.dimension,
                loaded=before.snapshot if before else None,
                shared=self._shared,
            )
            self._latest = Generation.of(
                snapshot, self._library, self._index_folder, self._abbreviations, before
            )
            self._tables = {}
            return self._latest

    @contextmanager
    def open(self, hidden: frozenset[str] = NOTHING) -> Iterator[LibraryView]:
        """Show this thread one generation of the library with its index.

        Another thread may meanwhile follow a later one, whose index must not be built back.
        """
        while True:
            self.latest()
            with self._library.reading():
                latest = self._latest
                if latest is None or latest.snapshot.generation != self._library.generation:
                    continue
                with latest.snapshot.showing(self._library) as is_so:
                    if is_so:
                        yield self._view(latest, hidden)
                        return
            latest.snapshot.follow(self._library)

    def _view(self, latest: Generation, hidden: frozenset[str]) -> LibraryView:
        return LibraryView(
            self._library,
            latest.snapshot,
            latest.catalogue.without(hidden) if hidden else latest.catalogue,
            latest.restorer,
            latest.speller,
            self._table(latest, hidden) if hidden else latest.abbreviations,
            self._glossary,
            hidden,
            self._library.keys_of(sorted(hidden)) if hidden else None,
        )

    def _table(self, latest: Generation, hidden: frozenset[str]) -> Abbreviations:
        key = latest.snapshot.generation, hidden
        if key not in self._tables:
            definitions = latest.definitions.without(hidden)
            self._tables[key] = with_defined(self._abbreviations, definitions)
        return self._tables[key]
