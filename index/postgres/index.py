"""The index that several machines share: which state of the library it shows, and its two legs.

Each library has a schema of its own for each model, so that nothing of another library or model is
ever in the way. The library stays the only truth: a schema is filled from its stored vectors, is
followed by what has changed, and is never answered from where its history is another one.
"""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

import numpy as np

from documents.store.library import Library
from index.errors import MovedError, SnapshotError
from index.legs.forward import ForwardIndex
from index.postgres import writing as shared_writing
from index.postgres.connection import Postgres
from index.postgres.legs import SharedDense, SharedSparse
from index.postgres.state import State, read_state, token_of
from index.postgres.writing import Told, untold

_CLOSE = 2e-3  # cosine lost by two bytes a number: 1e-4 at most on real vectors
_ATTEMPTS = 5  # looks at a schema that is just being put in another's place

log = logging.getLogger(__name__)


class Standing(Enum):
    """How a schema stands to a library."""

    MISSING = "missing"
    CURRENT = "current"
    BEHIND = "behind"
    AHEAD = "ahead"  # another machine's copy of the same library has gone on
    FOREIGN = "foreign"  # it has been through what this library has not


@dataclass(frozen=True, slots=True)
class Shared:
    """The schemas of one database; ``most_compared`` vectors are compared with a library's."""

    database: Postgres
    most_compared: ClassVar[int] = 2_000  # all would take minutes

    def standing(self, library: Library, model: str) -> tuple[Standing, State | None]:
        """Return how the schema of a library and model stands to the library."""
        schema = schema_of(library, model)
        for _attempt in range(_ATTEMPTS):
            try:
                with self.database.reading(schema) as statements:
                    state = read_state(statements)
                    if state is None:
                        return Standing.MISSING, None
                    if (state.generation, state.token) == (library.generation, library.token):
                        return (Standing.BEHIND if state.is_stale else Standing.CURRENT), state
                    if library.token_of(state.generation) == state.token:
                        return Standing.BEHIND, state
                    if token_of(statements, library.generation) == library.token:
                        return Standing.AHEAD, state
                    return Standing.FOREIGN, state
            except MovedError:
                continue
        return Standing.MISSING, None

    def is_current(self, library: Library, model: str) -> bool:
        """Say whether nothing need be done for the library's generation."""
        return self.standing(library, model)[0] in (Standing.CURRENT, Standing.AHEAD)

    def is_foreign(self, library: Library, model: str) -> bool:
        """Say whether the schema has been through what this library has not."""
        return self.standing(library, model)[0] is Standing.FOREIGN

    def follow(
        self,
        library: Library,
        model: str,
        dimension: int,
        *,
        anew: bool = False,
        told: Told = untold,
    ) -> None:
        """Bring a schema to the library's generation, from the stored vectors.

        What changed since is put in by one transaction; a schema that is missing, of an older
        format or of a history that this library has left is built beside it, by and by, and then
        takes its place; a run that is ended goes on where it was. ``anew`` builds it in any case.
        Raises SnapshotError when the library lacks vectors, and when a copy of the library that is
        not behind wrote the schema.
        """
        schema = schema_of(library, model)
        with library.reading():
            if not anew and self.is_current(library, model):
                return  # without waiting for who builds it anew meanwhile
        with self.database.alone(schema), library.reading():
            standing, state = self.standing(library, model)
            if not anew and standing in (Standing.CURRENT, Standing.AHEAD):
                return
            writing = shared_writing.Writing(self.database, schema, library, model, dimension, told)
            if not anew and standing is Standing.BEHIND and state is not None:
                if writing.catch_up(state):
                    return
            elif not anew and standing is Standing.FOREIGN and state is not None:
                _refuse_unless_later(library, state)
            writing.build()
        log.info("shared index %s: generation %d", schema, library.generation)

    def sweep(self, library: Library, keep: str) -> None:
        """Remove the library's schemas of models that nobody answers with."""
        in_use = library.models.in_use
        live = {keep, in_use.fingerprint if in_use else keep}
        kept = {schema_of(library, model) for model in live}
        for schema in self.schemas(library):
            if schema not in kept and schema.removesuffix(shared_writing.DRAFT) not in kept:
                self.drop(schema)

    def schemas(self, library: Library) -> tuple[str, ...]:
        """Return the names of a library's schemas, whatever their models."""
        with self.database.reading("public") as statements:
            rows = statements.rows(
                "SELECT nspname::text FROM pg_namespace WHERE starts_with(nspname, %s) ORDER BY 1",
                (_beginning(library),),
            )
        return tuple(str(row[0]) for row in rows)

    def drop(self, schema: str) -> None:
        """Remove a schema with all it holds."""
        with self.database.writing("public") as statements:
            shared_writing.remove_schema(statements, schema)

    def legs(
        self, library: Library, model: str, dimension: int, forward: ForwardIndex
    ) -> tuple[SharedDense, SharedSparse]:
        """Return the two legs of a schema, showing no passage but those that ``forward`` has."""
        schema = schema_of(library, model)
        return (
            SharedDense(self.database, schema, dimension, forward.present),
            SharedSparse(self.database, schema, forward.present),
        )

    @contextmanager
    def showing(self, library: Library, model: str, generation: int, token: str) -> Iterator[bool]:
        """Show this thread one state of a schema; False where it is of no use at a generation.

        A schema that has gone on from that generation is of use: the passages that have come since
        are not shown, those that have gone are not found.
        """
        with ExitStack() as stack:
            try:
                reading = self.database.reading(schema_of(library, model))
                statements = stack.enter_context(reading)
            except MovedError:
                yield False
                return
            state = read_state(statements)
            yield state is not None and (
                (state.generation, state.token) == (generation, token)
                or (state.generation > generation and token_of(statements, generation) == token)
            )

    def faults(self, library: Library, model: str, dimension: int) -> Iterator[str]:
        """Name every fault of a schema in one Vietnamese line each; nothing is changed."""
        standing, state = self.standing(library, model)
        if state is None:
            yield "Chỉ mục dùng chung chưa có dữ liệu; dữ liệu sẽ được đưa lên khi cần."
            return
        if standing is Standing.FOREIGN:
            yield _foreign(library, state)
        if standing is not Standing.CURRENT:
            return  # it is caught up when it is next opened
        keys = library.passage_keys()
        schema = schema_of(library, model)
        leg = SharedDense(self.database, schema, dimension, lambda some: np.ones(len(some), bool))
        with self.database.reading(schema) as statements:
            ((counted,),) = statements.rows("SELECT coalesce(sum(passages), 0)::bigint FROM terms")
            ((listed,),) = statements.rows(
                "SELECT coalesce(sum(cardinality(numbers)), 0)::bigint FROM passages"
            )
            if state.passages != len(keys) or not np.array_equal(leg.keys(), keys):
                yield "Chỉ mục dùng chung không khớp các đoạn trong thư viện."
                return
        if counted != listed:
            yield "Chỉ mục dùng chung có số đếm từ khóa không đúng."
        if library.lacking_documents(model):
            return  # named document by document
        places = np.unique(
            np.linspace(0, len(keys) - 1, min(self.most_compared, len(keys))).astype(np.int64)
        )
        sample = keys[places].tolist()
        if sample:
            cosines = np.einsum("ij,ij->i", leg.vectors(sample), library.vectors(model, sample))
            if (cosines < 1 - _CLOSE).any():
                yield "Chỉ mục dùng chung không khớp các vectơ trong thư viện."


def schema_of(library: Library, model: str) -> str:
    """Return the name of the schema of a library and a model."""
    return f"{_beginning(library)}{hashlib.sha256(model.encode()).hexdigest()[:8]}"


def _beginning(library: Library) -> str:
    return f"tracuu_{library.identity:016x}_"


def _refuse_unless_later(library: Library, state: State) -> None:
    """A restored library is a later generation; one that is not is somebody's older copy."""
    if state.generation >= library.generation:
        raise SnapshotError(_foreign(library, state))


def _foreign(library: Library, state: State) -> str:
    return (
        f"Chỉ mục dùng chung theo một bản khác của thư viện (thế hệ {state.generation}; ở đây là "
        f"{library.generation}). Hãy lấy library.db từ máy chính; nếu đây là máy chính, hãy chạy: "
        "python -m scripts.migrate --to ĐỊA_CHỈ."
    )
