"""What a search knows of one generation of the library: the index, and what follows from it."""

from dataclasses import dataclass, field
from pathlib import Path

from documents.store.library import Library
from index.snapshot.snapshot import Snapshot
from retrieval.question.abbreviations import Abbreviations
from retrieval.question.defined_abbreviations import Definitions, with_defined
from retrieval.question.diacritics import Restorer
from retrieval.question.spelling import Speller
from retrieval.scope.catalogue import Catalogue

DEFINITIONS = "definitions.json"  # in the index's folder, beside the snapshots


@dataclass(frozen=True)
class Known:
    """The parts of one generation; they change together."""

    snapshot: Snapshot
    restorer: Restorer
    speller: Speller
    catalogue: Catalogue
    definitions: Definitions
    own: Abbreviations  # the table without what documents define
    table: Abbreviations
    _limited: dict[frozenset[str], Abbreviations] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        snapshot: Snapshot,
        library: Library,
        index_folder: Path,
        abbreviations: Abbreviations,
        before: "Known | None",
    ) -> "Known":
        """Learn what a snapshot's generation holds; what ``before`` knows is not read again."""
        path = index_folder / DEFINITIONS
        known = before.definitions if before else Definitions.load(path)
        definitions = known.followed(library)
        if definitions != known:
            definitions.save(path)
        table = with_defined(abbreviations, definitions.without(frozenset()))
        restorer = Restorer.over(snapshot.lexicon)
        return cls(
            snapshot,
            restorer,
            Speller(restorer.lexicon, table.folded),
            Catalogue.of(library, before.catalogue if before else None),
            definitions,
            abbreviations,
            table,
        )

    def table_without(self, hidden: frozenset[str]) -> Abbreviations:
        """Return the abbreviations without what hidden documents define."""
        if not hidden:
            return self.table
        if hidden not in self._limited:  # there is one such set for each role
            self._limited[hidden] = with_defined(self.own, self.definitions.without(hidden))
        return self._limited[hidden]
