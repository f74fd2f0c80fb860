"""The two legs in a shared database: nearest vectors, and BM25 as an inner product.

A passage's vector of terms holds what BM25 makes of its own counts and length; the question's holds
the inverse document frequencies, so that these are always those of today.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.errors import MovedError
from index.legs.protocols import Keys, Scores
from index.postgres.connection import WIDTH, Postgres, Statements, dense, dense_rows, sparse
from index.postgres.state import read_state

Present = Callable[[Keys], NDArray[np.bool_]]

RARE = 1_000  # passages that are looked at for the rarest terms: 5 ms
EXACT_WITHIN = 20_000  # keys: fewer are looked through one by one, more along the graph
_WIDEST = 1_000  # pgvector's limit
_KNOWN = 50_000  # terms that are kept, 10 MB at most
_CHUNK = 10_000  # keys in one statement


class _Term(NamedTuple):
    """A term by its number, in how many passages it stands and what that makes it weigh."""

    number: int
    passages: int
    weight: float


class SharedDense:
    """Vectors under the keys of their passages; scores are cosines."""

    def __init__(self, database: Postgres, schema: str, dimension: int, present: Present) -> None:
        self._database = database
        self._schema = schema
        self._dimension = dimension
        self._present = present

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._dimension

    def __len__(self) -> int:
        return _count(self._database, self._schema)

    def keys(self) -> Keys:
        """Return the key of every stored vector, ascending."""
        with self._database.reading(self._schema) as statements:
            return all_keys(statements)

    def vectors(self, keys: Sequence[int]) -> NDArray[np.float32]:
        """Return the stored rows of these keys, in order; raises KeyError for an absent one."""
        found: dict[int, object] = {}
        with self._database.reading(self._schema) as statements:
            for start in range(0, len(keys), _CHUNK):
                some = [int(key) for key in keys[start : start + _CHUNK]]
                found |= dict(
                    statements.rows(
                        "SELECT key, vector FROM passages WHERE key = ANY(%s::bigint[])", (some,)
                    )
                )
        return dense_rows([found[int(key)] for key in keys], self._dimension)  # type: ignore[misc]

    def search(
        self,
        vector: NDArray[np.float32],
        depth: int,
        within: Keys | None = None,
        without: Keys | None = None,
    ) -> tuple[Keys, Scores]:
        """Return the keys and cosines of the ``depth`` nearest passages, best first.

        ``within`` limits the search to these keys, ``without`` leaves these out.
        """
        with self._database.reading(self._schema) as statements:
            rows = _nearest(statements, "vector", dense(vector), depth, within, without)
        return _ranked(rows, self._present)


class SharedSparse:
    """Terms under the keys of their passages; scores are BM25's."""

    def __init__(self, database: Postgres, schema: str, present: Present) -> None:
        self._database = database
        self._schema = schema
        self._present = present
        self._known: dict[str, _Term] = {}  # of one state
        self._known_of: str | None = None

    def __len__(self) -> int:
        return _count(self._database, self._schema)

    def keys(self) -> Keys:
        """Return the key of every text, ascending."""
        with self._database.reading(self._schema) as statements:
            return all_keys(statements)

    def texts(self, keys: Sequence[int]) -> Iterator[str]:
        """Yield the texts that were indexed under these keys; absent keys are passed over."""
        with self._database.reading(self._schema) as statements:
            rows = statements.rows(
                "SELECT text FROM passages WHERE key = ANY(%s::bigint[])", (list(map(int, keys)),)
            )
        yield from (str(row[0]) for row in rows)

    def search(
        self,
        query_tokens: Sequence[str],
        depth: int,
        within: Keys | None = None,
        without: Keys | None = None,
    ) -> tuple[Keys, Scores]:
        """Return the keys and BM25 scores of the ``depth`` best passages, best first.

        ``within`` limits the search to these keys, ``without`` leaves these out. Passages with a
        rare term are all looked at, those with common ones are found along the graph: 0.994 of the
        best 50 of 100,000 passages, 0.952 without the former.
        """
        with self._database.reading(self._schema) as statements:
            known = self._look_up(statements, tuple(dict.fromkeys(query_tokens)))
            terms = [term for term in known.values() if term.passages]
            if not terms:
                return np.empty(0, np.int64), np.empty(0, np.float32)
            sought = sparse({term.number: term.weight for term in terms})
            rows = dict(_nearest(statements, "terms_vector", sought, depth, within, without))
            if within is None or len(within) > EXACT_WITHIN:
                rows |= _holding(statements, _rare(terms), sought, depth, within, without)
        best = sorted(((key, score) for key, score in rows.items() if score > 0), key=_order)
        return _ranked(best[:depth], self._present)

    def idf(self, token: str) -> float:
        """Return the inverse document frequency as in BM25: ln(1 + (N - n + 0.5) / (n + 0.5))."""
        known = self._known.get(token)  # as the question before this was searched for
        if known is None:
            with self._database.reading(self._schema) as statements:
                known = self._look_up(statements, (token,))[token]
        return known.weight

    def _look_up(self, statements: Statements, tokens: Sequence[str]) -> dict[str, _Term]:
        """Return what is known of tokens, all looked up in one statement."""
        state = read_state(statements)
        if state is None:
            raise MovedError
        if state.token != self._known_of or len(self._known) > _KNOWN:
            self._known, self._known_of = {}, state.token
        known = self._known
        lacking = [one for one in tokens if one not in known]
        if lacking:
            rows = statements.rows(
                "SELECT term, number, passages FROM terms WHERE term = ANY(%s::text[])", (lacking,)
            )
            counted = {str(term): (int(number), int(count)) for term, number, count in rows}
            for one in lacking:
                number, count = counted.get(one, (0, 0))
                weight = math.log(1 + (state.passages - count + 0.5) / (count + 0.5))
                known[one] = _Term(number, count, weight)
        return {one: known[one] for one in tokens}


def _rare(terms: Sequence[_Term]) -> list[int]:
    """Return the numbers of the rarest terms that RARE passages hold, all together."""
    ordered = sorted(terms, key=lambda term: term.passages)
    together = accumulate(term.passages for term in ordered)
    return [term.number for term, sum_ in zip(ordered, together, strict=True) if sum_ <= RARE]


def _holding(
    statements: Statements,
    numbers: list[int],
    sought: object,
    depth: int,
    within: Keys | None,
    without: Keys | None,
) -> dict[int, float]:
    """Return the best of all passages that hold one of some terms."""
    if not numbers:
        return {}
    is_limited = within is not None or (without is not None and len(without) > 0)
    rows = statements.rows(
        "SELECT key, -(terms_vector <#> %(sought)s) FROM passages "
        "WHERE numbers && %(numbers)s::integer[] ORDER BY 2 DESC LIMIT %(depth)s",
        {"sought": sought, "numbers": numbers, "depth": None if is_limited else depth},
    )
    found = {int(key): float(score) for key, score in rows}
    keys = np.array(list(found), np.int64)
    if within is not None:
        keys = keys[np.isin(keys, within)]
    if without is not None:
        keys = keys[np.isin(keys, without, invert=True)]
    return {key: found[key] for key in keys.tolist()}


def _order(row: tuple[int, float]) -> tuple[float, int]:
    return -row[1], row[0]


def all_keys(statements: Statements) -> Keys:
    """Return the key of every passage of a schema, ascending."""
    ((keys,),) = statements.rows("SELECT coalesce(array_agg(key ORDER BY key), '{}') FROM passages")
    return np.array(keys, np.int64)


def _count(database: Postgres, schema: str) -> int:
    with database.reading(schema) as statements:
        ((count,),) = statements.rows("SELECT count(*) FROM passages")
    return int(count)


def _nearest(
    statements: Statements,
    column: str,
    sought: object,
    depth: int,
    within: Keys | None,
    without: Keys | None,
) -> list[tuple[int, float]]:
    """Return keys and inner products, best first."""
    if depth > WIDTH:
        statements.run(f"SET LOCAL hnsw.ef_search = {min(_WIDEST, depth)}")
    parameters = {"sought": sought, "depth": depth}
    limits = []
    if within is not None:
        parameters["within"] = within.tolist()
        limits.append("key = ANY(%(within)s::bigint[])")
    if without is not None and len(without):
        parameters["without"] = without.tolist()
        limits.append("key <> ALL(%(without)s::bigint[])")
    begin, source = "", "passages"
    if limits:
        chosen = f"SELECT key, {column} FROM passages WHERE {' AND '.join(limits)}"
        source = f"({chosen}) AS own"
    if within is not None and len(within) <= EXACT_WITHIN:
        begin, source = f"WITH own AS MATERIALIZED ({chosen})", "own"
    rows = statements.rows(
        f"{begin} SELECT key, -({column} <#> %(sought)s) FROM {source} "
        f"ORDER BY {column} <#> %(sought)s LIMIT %(depth)s",
        parameters,
    )
    return [(int(key), float(score)) for key, score in rows]


def _ranked(rows: Sequence[tuple[int, float]], present: Present) -> tuple[Keys, Scores]:
    keys = np.array([key for key, _score in rows], np.int64)
    scores = np.array([score for _key, score in rows], np.float32)
    here = present(keys)
    keys, scores = keys[here], scores[here]
    order = np.lexsort((keys, -scores))
    return keys[order], scores[order]
