"""Writes the schema of a shared index: by what has changed, or from nothing beside the live one."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from documents.errors import LibraryError
from documents.store.library import Library
from index.errors import MovedError, SnapshotError
from index.legs.changes import changes
from index.legs.protocols import Keys
from index.postgres.connection import MOST_TERMS, TERMS, Postgres, Statements, dense, sparse
from index.postgres.legs import all_keys
from index.postgres.state import (
    FORMAT,
    REMEMBERED,
    State,
    create_state,
    read_state,
    write_history,
    write_state,
)
from index.tokens import VERSION, tokens

DRAFT = "_draft"

_SATURATION, _LENGTH_SHARE = 1.2, 0.75  # BM25's k1 and b, as tantivy has them
_CHUNK = 1_000  # passages put in by one statement; of a draft, by one transaction
_SAMPLE = 20_000  # passages whose lengths give the mean: it is known to half a hundredth
_DRIFT = 0.1  # share by which the mean length may move until all is weighed again
_CHANGED = 0.25  # share of changed passages above which building anew is quicker

Told = Callable[[int, int], None]
log = logging.getLogger(__name__)


class _TooMuchError(Exception):
    """So much has changed that building anew is better; what was begun is taken back."""


def untold(_done: int, _total: int) -> None:
    """Tell nobody how far it is."""


@dataclass(frozen=True, slots=True)
class Writing:
    """What writes one schema from one library; the caller lets nobody else do it meanwhile."""

    database: Postgres
    schema: str
    library: Library
    model: str
    dimension: int
    told: Told

    def catch_up(self, state: State) -> bool:
        """Put in what has changed, in one transaction; False where building anew is better."""
        try:
            self._change(state)
        except _TooMuchError:
            return False
        return True

    def _change(self, state: State) -> None:
        with self.database.writing(self.schema) as statements:
            removed, added = self._changes(statements)
            count = state.passages - len(removed) + len(added)
            if state.is_stale or len(removed) + len(added) > _CHANGED * state.passages:
                raise _TooMuchError
            lengths = state.tokens + self._take_out(statements, removed)
            lengths += self._put_in(statements, added, state.mean_length)
            mean = lengths / max(1, count)
            if abs(mean - state.mean_length) > _DRIFT * state.mean_length:
                raise _TooMuchError
            self._settle(statements, replace(state, passages=count, tokens=lengths))

    def _changes(self, statements: Statements) -> tuple[Keys, Keys]:
        """Return the keys that have gone, which alone takes all of them, and that have come."""
        ((count, last),) = statements.rows("SELECT count(*), coalesce(max(key), -1) FROM passages")
        came = self.library.passage_keys_after(int(last))
        if count + len(came) == self.library.passage_count():
            return came[:0], came  # keys only ascend: none has gone
        return changes(all_keys(statements), self.library)

    def build(self) -> None:
        """Fill a schema beside the live one, going on where a run was ended, and swap them."""
        draft = self.schema + DRAFT
        wanted = self.library.passage_keys()
        state = self._begun(draft, wanted)
        with self.database.reading(draft) as statements:
            removed, added = self._changes(statements)
        done = len(wanted) - len(added)
        for start in range(0, len(removed), _CHUNK):
            with self.database.writing(draft) as statements:
                self._take_out(statements, removed[start : start + _CHUNK])
        for start in range(0, len(added), _CHUNK):
            chunk = added[start : start + _CHUNK]
            with self.database.writing(draft) as statements:
                self._put_in(statements, chunk, state.mean_length)
            self.told(done := done + len(chunk), len(wanted))
        with self.database.writing(draft) as statements:
            statements.run("SET LOCAL maintenance_work_mem = '1GB'")
            for name, how in _INDEXES:
                statements.run(f"CREATE INDEX IF NOT EXISTS {name} ON passages USING {how}")
            statements.run("ANALYZE passages")
        with self.database.writing(draft) as statements:
            ((lengths,),) = statements.rows("SELECT coalesce(sum(length), 0)::bigint FROM passages")
            state = replace(state, passages=len(wanted), tokens=int(lengths))
            self._settle(statements, state)
            self._swap(statements, draft)

    def _begun(self, draft: str, wanted: Keys) -> State:
        """Return the state of the draft, which is begun anew where it cannot be gone on with."""
        try:
            with self.database.reading(draft) as statements:
                state = read_state(statements)
        except MovedError:
            state = None
        known = state is not None and self.library.token_of(state.generation) == state.token
        if state is not None and known and not state.is_stale:
            log.info("going on with %s", draft)
            return state
        state = State(
            format=FORMAT,
            tokenizer=VERSION,
            model=self.model,
            generation=self.library.generation,
            token=self.library.token,
            passages=0,
            tokens=0,
            mean_length=self._mean_length(wanted),
        )
        with self.database.writing(draft) as statements:
            statements.on_schema("DROP SCHEMA IF EXISTS {} CASCADE", draft)
            statements.on_schema("CREATE SCHEMA {}", draft)
            create_state(statements)
            for statement in _TABLES:
                statements.run(statement.format(dimension=self.dimension, terms=TERMS))
            write_state(statements, state)
        return state

    def _mean_length(self, keys: Keys) -> float:
        """Return the mean length of passages in tokens, over as many as are needed for it."""
        places = np.linspace(0, len(keys) - 1, min(_SAMPLE, len(keys))).astype(np.int64)
        texts = self.library.indexed_texts(keys[places].tolist())
        return max(1.0, float(np.mean([len(tokens(text)) for text in texts] or [1])))

    def _settle(self, statements: Statements, state: State) -> None:
        """Write which generation the schema shows now."""
        generation = self.library.generation
        state = replace(state, generation=generation, token=self.library.token)
        write_state(statements, state)
        passed = range(max(0, generation - REMEMBERED), generation + 1)
        known = [(one, self.library.token_of(one)) for one in passed]
        write_history(statements, [(one, token) for one, token in known if token])

    def _swap(self, statements: Statements, draft: str) -> None:
        """Put the draft in the live schema's place, when its readers have done."""
        remove_schema(statements, self.schema)
        statements.on_schema("ALTER SCHEMA {} RENAME TO {}", draft, self.schema)

    def _take_out(self, statements: Statements, keys: Keys) -> int:
        """Remove passages; return by how much the length of all is more: it is less."""
        if not len(keys):
            return 0
        gone = statements.rows(
            "DELETE FROM passages WHERE key = ANY(%s::bigint[]) RETURNING text, length",
            (keys.tolist(),),
        )
        counts = Counter(term for text, _length in gone for term in set(tokens(text)))
        statements.run(
            "UPDATE terms SET passages = terms.passages - gone.count "
            "FROM unnest(%s::text[], %s::bigint[]) AS gone (term, count) "
            "WHERE terms.term = gone.term",
            (list(counts), list(counts.values())),
        )
        return -sum(int(length) for _text, length in gone)

    def _put_in(self, statements: Statements, keys: Keys, mean_length: float) -> int:
        """Add passages; return their length together."""
        return sum(
            self._put_chunk(statements, keys[start : start + _CHUNK].tolist(), mean_length)
            for start in range(0, len(keys), _CHUNK)
        )

    def _put_chunk(self, statements: Statements, keys: list[int], mean_length: float) -> int:
        texts = self.library.indexed_texts(keys)
        try:
            vectors = self.library.vectors(self.model, keys)
        except LibraryError as error:
            raise SnapshotError(
                f"Thư viện chưa được mã hóa bằng mô hình đang đặt ({self.model}). Hãy chạy: "
                "python -m scripts.rebuild, hoặc đặt lại TRACUU_MODEL như cũ."
            ) from error
        counted = [Counter(tokens(text)) for text in texts]
        numbers = _numbers(statements, counted)
        lengths = [count.total() for count in counted]

        def rows() -> Iterator[tuple[object, ...]]:
            for key, vector, text, count, length in zip(
                keys, vectors, texts, counted, lengths, strict=True
            ):
                terms = sparse(_weighed(count, numbers, _rounded(length) / mean_length))
                yield key, dense(vector), terms, [numbers[one] for one in count], length, text

        statements.copy(
            "passages (key, vector, terms_vector, numbers, length, text)",
            ("int8", "halfvec", "sparsevec", "int4[]", "int4", "text"),
            rows(),
        )
        return sum(lengths)


def remove_schema(statements: Statements, schema: str) -> None:
    """Remove a schema, if it is there, when its readers have done."""
    if statements.has_table(schema, "state"):
        # first what readers look at first: who waits for them must not hold what they need
        statements.on_schema("LOCK TABLE {}.state IN ACCESS EXCLUSIVE MODE", schema)
    statements.on_schema("DROP SCHEMA IF EXISTS {} CASCADE", schema)


_TABLES = (
    "CREATE TABLE terms (number integer GENERATED ALWAYS AS IDENTITY (MAXVALUE {terms}) "
    'PRIMARY KEY, term text COLLATE "C" NOT NULL UNIQUE, passages bigint NOT NULL)',
    # toast_tuple_target: a row stays whole, since a thousand vectors of terms are read at a time.
    # numbers: of all its terms; how many, over all passages, is the sum of terms.passages
    "CREATE TABLE passages (key bigint PRIMARY KEY, vector halfvec({dimension}) NOT NULL, "
    "terms_vector sparsevec({terms}) NOT NULL, numbers integer[] NOT NULL, "
    "length integer NOT NULL, text text NOT NULL) WITH (toast_tuple_target = 8160)",
)
_INDEXES = (
    ("passages_by_vector", "hnsw (vector halfvec_ip_ops)"),
    ("passages_by_terms", "hnsw (terms_vector sparsevec_ip_ops)"),
    ("passages_by_numbers", "gin (numbers)"),
)


def _numbers(statements: Statements, counted: Sequence[Counter[str]]) -> dict[str, int]:
    """Count the terms of new passages and return their numbers."""
    counts = Counter(term for count in counted for term in count)
    # not ON CONFLICT: that takes a number for each term that is there already
    statements.run(
        "INSERT INTO terms (term, passages) SELECT term, 0 FROM unnest(%s::text[]) AS came (term) "
        "WHERE NOT EXISTS (SELECT 1 FROM terms WHERE terms.term = came.term)",
        (list(counts),),
    )
    rows = statements.rows(
        "UPDATE terms SET passages = terms.passages + came.count "
        "FROM unnest(%s::text[], %s::bigint[]) AS came (term, count) "
        "WHERE terms.term = came.term RETURNING terms.term, terms.number",
        (list(counts), list(counts.values())),
    )
    return {str(term): int(number) for term, number in rows}


def _rounded(length: int) -> int:
    """Round a length down to four significant bits above 24, as tantivy and Lucene keep it.

    So a score is the same wherever the index lies.
    """
    above = length - 24
    shift = max(0, above.bit_length() - 4)
    return length if above < 0 else 24 + (above >> shift << shift)


def _weighed(
    count: Counter[str], numbers: Mapping[str, int], relative_length: float
) -> dict[int, float]:
    """Return what BM25 makes of a passage's own counts: all of a score but the frequencies.

    A passage has MOST_TERMS terms at most; of more, those that stand in it most often are kept.
    """
    norm = _SATURATION * (1 - _LENGTH_SHARE + _LENGTH_SHARE * relative_length)
    return {
        numbers[term]: often * (_SATURATION + 1) / (often + norm)
        for term, often in count.most_common(MOST_TERMS)
    }
