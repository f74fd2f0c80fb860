"""One generation of the library with its index, pinned for one question, and what it knows."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from documents.document import Document
from documents.store.library import Library
from index.encoders.base import Encoder
from index.lexicon import Lexicon, Remaining
from index.snapshot.snapshot import Snapshot
from retrieval.catalogue import Catalogue
from retrieval.question.abbreviations import Abbreviations
from retrieval.question.defined_abbreviations import Definitions, with_defined
from retrieval.question.glossary import Glossary
from retrieval.question.question import Question, understand
from retrieval.question.spelling import Restorer, Speller, with_common

if TYPE_CHECKING:
    from index.postgres.index import Shared  # not at run time: its packages are optional

DEFINITIONS = "definitions.json"  # in the index's folder, beside the snapshots
NOTHING: frozenset[str] = frozenset()
_SIGHTS = 8  # sets of hidden documents that are kept; there is one a role, and one for groups
_CHUNK = 2_000  # passages read from the library at a time, about 5 MB


@dataclass(frozen=True)
class Sight:
    """What one generation is to those from whom the same documents are hidden.

    ``hidden_keys`` are those of the passages of hidden documents, None where nothing is hidden.
    """

    catalogue: Catalogue
    restorer: Restorer
    speller: Speller
    abbreviations: Abbreviations  # with those that documents define
    hidden_keys: NDArray[np.int64] | None = None


@dataclass(frozen=True)
class Generation:
    """What follows from one generation of the library; its parts change together.

    ``words`` are those of its texts and of general Vietnamese, ``all`` what it is to who may know
    everything, and ``sights`` what it is to the others, as far as they have come.
    """

    snapshot: Snapshot
    words: Lexicon
    definitions: Definitions
    all: Sight
    sights: dict[frozenset[str], Sight] = field(default_factory=dict)

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
        words = with_common(snapshot.lexicon)
        catalogue = Catalogue.of(library, before.all.catalogue if before else None)
        sight = Sight(catalogue, Restorer(words), Speller(words, table.folded), table)
        return cls(snapshot, words, definitions, sight)


@dataclass(frozen=True)
class LibraryView:
    """One generation as whoever asks may know it: nothing here tells of a hidden document.

    ``hidden_keys`` are those of the passages of ``hidden``, None where nothing is hidden.
    ``is_empty`` where no passage is left to be found.
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
    is_empty: bool = False

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
        self._looking = threading.Lock()
        # the words of passages that are hidden from somebody: those of a key never change
        self._counted: list[tuple[NDArray[np.int64], Lexicon]] = []

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
        sight = self._sight(latest, hidden) if hidden else latest.all
        keys = sight.hidden_keys
        return LibraryView(
            self._library,
            latest.snapshot,
            sight.catalogue,
            sight.restorer,
            sight.speller,
            sight.abbreviations,
            self._glossary,
            hidden,
            keys,
            is_empty=latest.snapshot.manifest.passages == (0 if keys is None else len(keys)),
        )

    def _sight(self, latest: Generation, hidden: frozenset[str]) -> Sight:
        found = latest.sights.get(hidden)
        if found is not None:
            return found
        with self._looking:
            if hidden not in latest.sights:
                while len(latest.sights) >= _SIGHTS:
                    latest.sights.pop(next(iter(latest.sights)))
                latest.sights[hidden] = self._without(latest, hidden)
            return latest.sights[hidden]

    def _without(self, latest: Generation, hidden: frozenset[str]) -> Sight:
        """Take hidden documents out of all that follows from a generation."""
        keys = self._library.keys_of(sorted(hidden))
        words = Remaining(latest.words, self._words_at(keys))
        table = with_defined(self._abbreviations, latest.definitions.without(hidden))
        return Sight(
            latest.all.catalogue.without(hidden),
            Restorer(words),
            Speller(words, table.folded),
            table,
            keys,
        )

    def _words_at(self, keys: NDArray[np.int64]) -> Lexicon:
        """Count the words of hidden passages, going on from the most that is counted of them."""
        known, counted = np.empty(0, np.int64), Lexicon()
        for some, words in self._counted:
            if len(known) < len(some) <= len(keys) and np.isin(some, keys).all():
                known, counted = some, words
        new = np.setdiff1d(keys, known)
        if len(new):
            counted = counted.copy()
            for start in range(0, len(new), _CHUNK):
                counted.add(self._library.indexed_texts(new[start : start + _CHUNK].tolist()))
            self._counted = [*self._counted[1 - _SIGHTS :], (keys, counted)]
        return counted
