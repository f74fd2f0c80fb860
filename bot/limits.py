"""From which role upwards a document is shown. A limit is of the văn bản, not of one file's bytes.

What a limit is known by is kept beside it: every version's head and a sketch of its words. So it
holds for each later version, also after the document was removed, corrected or restored.
"""

import re
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from math import ceil
from pathlib import Path

import numpy as np

from bot.roles import RANKS, Role
from documents.metadata.same_document import same_document
from documents.store import near_duplicates
from documents.store.database import Connection, Database
from documents.store.library import Library
from documents.store.records import Traits
from documents.vietnamese.document_number import number_key
from documents.vietnamese.normalize import fold, normalize

# Of words, where no number tells two documents apart, or their titles are alike: half of them are
# then too many to be chance.
DOUBTFUL = 0.5
SIMILAR_TITLE = 0.6  # of the words of both titles: one word of four corrected stays above
_FIGURE = re.compile(r"\d")

MIGRATION = (
    "ALTER TABLE limits RENAME TO limits_1",
    # AUTOINCREMENT: what was learned of one limit must never come to be another's.
    "CREATE TABLE limits (limit_id INTEGER PRIMARY KEY AUTOINCREMENT, role TEXT NOT NULL)",
    # Earlier limits knew an id alone; the rest is learned from the library.
    """
    CREATE TABLE limited_versions (
        limit_id INTEGER NOT NULL REFERENCES limits (limit_id) ON DELETE CASCADE,
        document_id TEXT NOT NULL,
        tie TEXT NOT NULL CHECK (tie IN ('decided', 'same', 'like')),
        title TEXT NOT NULL DEFAULT '',
        number TEXT NOT NULL DEFAULT '',
        kind TEXT NOT NULL DEFAULT '',
        issuer TEXT NOT NULL DEFAULT '',
        issued_on TEXT NOT NULL DEFAULT '',
        source TEXT NOT NULL DEFAULT '',
        sketch BLOB NOT NULL DEFAULT x'',
        UNIQUE (limit_id, document_id, title, number, kind, issuer, issued_on, source)
    )
    """,
    "INSERT INTO limits SELECT rowid, role FROM limits_1",
    "INSERT INTO limited_versions (limit_id, document_id, tie) "
    "SELECT rowid, document_id, 'decided' FROM limits_1",
    "DROP TABLE limits_1",
    # Of which documents in doubt the administrators have heard.
    "CREATE TABLE held_told (document_id TEXT PRIMARY KEY NOT NULL)",
)


class Tie(StrEnum):
    """How a version belongs to a limit."""

    DECIDED = "decided"  # an administrator spoke of this very file
    SAME = "same"  # the same văn bản
    LIKE = "like"  # perhaps the same


@dataclass(frozen=True, slots=True)
class Version:
    """A file that a limit is known by; what an earlier limit never knew is empty."""

    tie: Tie
    traits: Traits


@dataclass(frozen=True, slots=True)
class Limit:
    """From which role upwards a văn bản is shown, and the versions it has had."""

    limit_id: int
    role: Role
    versions: tuple[Version, ...]

    @property
    def name(self) -> str:
        """The number or the title of the latest version that has one."""
        known = (v.traits.number or v.traits.title for v in reversed(self.versions))
        return next((one for one in known if one), "")


@dataclass(frozen=True, slots=True)
class Limited:
    """From which role upwards a document is shown.

    ``like`` names the limited document that it may be a version of, until an administrator says;
    None where the limit is its own.
    """

    document_id: str
    role: Role
    like: str | None = None

    @property
    def rank(self) -> int:
        """How few get to see it."""
        return RANKS[self.role]


class Limits:
    """The limits of one data folder, applied to the library that lies there now."""

    def __init__(self, database: Database, library: Path) -> None:
        self._database = database
        self._path = library
        self._lock = threading.Lock()
        self._library: Library | None = None
        self._seen: tuple[object, ...] | None = None
        self._found: Mapping[str, Limited] = {}

    def close(self) -> None:
        """Close the library, where it was opened."""
        if self._library:
            self._library.close()

    def set(self, document_id: str, role: Role) -> None:
        """Show a document, and every version of it, from a role upwards."""
        documents = {one.document_id: one for one in self._documents()}
        own = documents.setdefault(document_id, Traits(document_id))
        matching = _Matching(tuple(documents.values()))
        with self._database.writing() as database:
            limits = _read(self._database)
            ids = [one.limit_id for one in limits if document_id in matching.bound(one)]
            if not ids:
                made = database.execute("INSERT INTO limits (role) VALUES (?)", (role,))
                ids = [int(made.lastrowid or 0)]
            database.execute(
                "DELETE FROM limited_versions WHERE document_id = ? AND tie = ?",
                (document_id, Tie.LIKE),
            )
            database.execute("DELETE FROM held_told WHERE document_id = ?", (document_id,))
            for limit_id in ids:
                database.execute("UPDATE limits SET role = ? WHERE limit_id = ?", (role, limit_id))
                _keep(database, limit_id, Version(Tie.DECIDED, own))

    def hidden_from(self, role: Role | None) -> frozenset[str]:
        """Return the ids of the documents that a role does not get to see."""
        rank = RANKS.get(role, 1) if role else 1
        return frozenset(one.document_id for one in self.all().values() if one.rank > rank)

    def of(self, document_id: str) -> Limited | None:
        """Return how a document is limited; None where everybody let in sees it."""
        return self.all().get(document_id)

    def all(self) -> Mapping[str, Limited]:
        """Return every limited document by its id, as the library and the limits are now.

        What is learned of a limited document is kept, for the time when it will have gone.
        """
        with self._lock:
            state = self._state()
            if state != self._seen:
                self._found = self._resolve()
                self._seen = state if state == self._state() else None
            return self._found

    def untold(self) -> tuple[Limited, ...]:
        """Return the documents in doubt of which the administrators have not heard."""
        told = {row[0] for row in self._database.rows("SELECT document_id FROM held_told")}
        return tuple(one for key, one in sorted(self.all().items()) if one.like and key not in told)

    def told(self, document_ids: Iterable[str]) -> None:
        """Note that the administrators hear of documents in doubt."""
        with self._database.writing() as database:
            for one in document_ids:
                database.execute("INSERT OR IGNORE INTO held_told VALUES (?)", (one,))

    def _resolve(self) -> Mapping[str, Limited]:
        limits = _read(self._database)
        if not limits:
            return {}
        found = resolve(limits, self._documents())
        learned = [
            (limit.limit_id, version)
            for limit in limits
            for version in found.versions.get(limit.limit_id, ())
        ]
        if learned:
            with self._database.writing() as database:
                for limit_id, version in learned:
                    _keep(database, limit_id, version)
        return found.limited

    def _state(self) -> tuple[object, ...]:
        """Return what tells whether anything has changed; the library is not asked in vain."""
        roles = self._database.rows("SELECT limit_id, role FROM limits ORDER BY limit_id")
        decided = self._database.rows(
            "SELECT limit_id, document_id FROM limited_versions WHERE tie = ?"
            " ORDER BY limit_id, document_id",
            (Tie.DECIDED,),
        )
        library = self._opened() if roles else None
        return tuple(roles), tuple(decided), (library.generation if library else None)

    def _documents(self) -> tuple[Traits, ...]:
        library = self._opened()
        return library.traits() if library else ()

    def _opened(self) -> Library | None:
        if self._library is None and self._path.exists():
            self._library = Library(self._path)
        return self._library


@dataclass(frozen=True, slots=True)
class Resolved:
    """The limited documents by id, and what is known anew of each limit by its number."""

    limited: Mapping[str, Limited]
    versions: Mapping[int, tuple[Version, ...]]


def resolve(limits: Sequence[Limit], documents: Sequence[Traits]) -> Resolved:
    """Return which documents are limited: by an administrator's word on that very file, else by
    the strictest limit of a văn bản that they are, or may be, a version of.
    """
    matching = _Matching(documents)
    strictest: dict[str, Limited] = {}
    decided: dict[str, Limited] = {}
    learned: dict[int, tuple[Version, ...]] = {}
    for limit in limits:
        same = matching.bound(limit)
        like = matching.doubtful(limit) - same if RANKS[limit.role] > 1 else set()
        ids = {v.traits.document_id for v in limit.versions if v.tie is Tie.DECIDED}
        for one in ids:
            _stricter(decided, Limited(one, limit.role))
        for one in same | {v.traits.document_id for v in limit.versions if v.tie is Tie.SAME}:
            _stricter(strictest, Limited(one, limit.role))
        for one in like:
            _stricter(strictest, Limited(one, limit.role, limit.name))
        known = {v.traits: v.tie for v in limit.versions}
        learned[limit.limit_id] = tuple(
            Version(tie, traits)
            for tie, found in ((Tie.SAME, same), (Tie.LIKE, like))
            for one in sorted(found)
            if known.get(traits := matching.known_by(one)) not in (tie, Tie.SAME, Tie.DECIDED)
        )
    settled = {  # what was decided of is in doubt no more
        number: tuple(v for v in new if v.tie is Tie.SAME or v.traits.document_id not in decided)
        for number, new in learned.items()
    }
    limited = {key: one for key, one in (strictest | decided).items() if one.rank > 1}
    return Resolved(limited, settled)


class _Matching:
    """Which documents of a library belong to a limit."""

    def __init__(self, documents: Sequence[Traits]) -> None:
        self._documents = {one.document_id: one for one in documents}
        self._order = tuple(self._documents)
        self._sketches = near_duplicates.unpacked([one.sketch for one in documents])
        self._by_sketch: defaultdict[bytes, list[str]] = defaultdict(list)
        self._by_number: defaultdict[str, list[str]] = defaultdict(list)
        self._by_source: defaultdict[str, list[str]] = defaultdict(list)
        self._by_word: defaultdict[str, list[str]] = defaultdict(list)
        self._keys = {one.document_id: number_key(one.number) for one in documents}
        self._lineages: defaultdict[str, set[str]] = defaultdict(set)
        for one in documents:
            self._by_sketch[one.sketch].append(one.document_id)
            self._by_number[self._keys[one.document_id]].append(one.document_id)
            self._by_source[fold(one.source)].append(one.document_id)
            for word in _words(one.title):
                self._by_word[word].append(one.document_id)
            self._lineages[self._latest(one.document_id)].add(one.document_id)

    def known_by(self, document_id: str) -> Traits:
        """Return what a document is known by once it has gone."""
        return replace(self._documents[document_id], superseded_by=None)

    def bound(self, limit: Limit) -> set[str]:
        """Return the documents that are a version of a limit's văn bản."""
        return self._same(v.traits for v in limit.versions if v.tie is not Tie.LIKE)

    def doubtful(self, limit: Limit) -> set[str]:
        """Return the documents that may be a version of it, by all that can be told."""
        found = self._same(v.traits for v in limit.versions if v.tie is Tie.LIKE)
        for version in limit.versions:
            found.update(self._alike(version))
        return self._with_lineages(found)

    def _same(self, versions: Iterable[Traits]) -> set[str]:
        found: set[str] = set()
        for known in versions:
            if known.document_id in self._documents:
                found.add(known.document_id)
            if known.sketch:
                found.update(self._by_sketch.get(known.sketch, ()))
            if known.number:
                bearing = self._by_number.get(number_key(known.number), ())
                found.update(one for one in bearing if same_document(known, self._documents[one]))
        return self._with_lineages(found)

    def _alike(self, version: Version) -> Iterator[str]:
        """Yield the documents alike to a version, the more easily where no number tells.

        One that is itself in doubt brings only near copies with it, or doubt would spread.
        """
        known = version.traits
        near: set[str] = set()
        if known.sketch:
            (sketch,) = near_duplicates.unpacked([known.sketch])
            shares = near_duplicates.shares(sketch, self._sketches)
            yield from (self._order[n] for n in np.flatnonzero(shares >= near_duplicates.ALIKE))
            near.update(self._order[n] for n in np.flatnonzero(shares >= DOUBTFUL))
        if version.tie is Tie.LIKE:
            return
        named = set(self._named_alike(known))
        key = number_key(known.number)
        for one in near | named:
            is_told_apart = key != "" and self._keys[one] not in ("", key)
            if not is_told_apart or (one in near and one in named):
                yield one

    def _named_alike(self, known: Traits) -> Iterator[str]:
        """Yield the documents that came under the same file name, or under nearly one title.

        Figures tell titles apart: those of two months or years are of two documents.
        """
        if known.source:
            yield from self._by_source.get(fold(known.source), ())
        own = _words(known.title)
        # Whatever shares so many words has one of the rarest, which leave few to look at.
        rarest = sorted(own, key=lambda word: len(self._by_word.get(word, ())))
        figures = [word for word in rarest if _FIGURE.search(word)]
        some = 1 if figures else len(own) - ceil(SIMILAR_TITLE * len(own)) + 1
        rarest = (figures or rarest)[: some if own else 0]
        for one in {one for word in rarest for one in self._by_word.get(word, ())}:
            others = _words(self._documents[one].title)
            alike = len(own & others) >= SIMILAR_TITLE * len(own | others)
            if alike and not any(_FIGURE.search(word) for word in own ^ others):
                yield one

    def _with_lineages(self, found: set[str]) -> set[str]:
        """Add what took the place of these documents, and those whose place they took."""
        latest = {self._latest(one) for one in found}
        return found.union(*(self._lineages.get(one, ()) for one in latest))

    def _latest(self, document_id: str) -> str:
        seen = {document_id}
        while (one := self._documents.get(document_id)) and one.superseded_by in self._documents:
            if one.superseded_by is None or one.superseded_by in seen:
                break
            document_id = one.superseded_by
            seen.add(document_id)
        return document_id


@lru_cache(maxsize=100_000)
def _words(title: str) -> frozenset[str]:
    return frozenset(fold(normalize(title)).split())


def _stricter(found: dict[str, Limited], one: Limited) -> None:
    """Keep the strictest; of two alike the one that is not in doubt."""
    before = found.get(one.document_id)
    if before is None or (one.rank, one.like is None) > (before.rank, before.like is None):
        found[one.document_id] = one


def _read(database: Database) -> tuple[Limit, ...]:
    roles = database.rows("SELECT limit_id, role FROM limits ORDER BY limit_id")
    versions: defaultdict[int, list[Version]] = defaultdict(list)
    for limit_id, tie, day, sketch, *texts in database.rows(
        "SELECT limit_id, tie, issued_on, sketch, document_id, title, number, kind, issuer, source"
        " FROM limited_versions ORDER BY rowid"
    ):
        document_id, title, number, kind, issuer, source = texts
        issued_on = date.fromisoformat(day) if day else None
        traits = Traits(
            document_id,
            title,
            number or None,
            kind or None,
            issuer or None,
            issued_on,
            source,
            None,
            bytes(sketch),
        )
        versions[limit_id].append(Version(Tie(tie), traits))
    return tuple(Limit(number, Role(role), tuple(versions[number])) for number, role in roles)


def _keep(database: Connection, limit_id: int, version: Version) -> None:
    """Write what a limit is known by; what is surer than before takes its place."""
    traits = version.traits
    database.execute(
        "INSERT INTO limited_versions (limit_id, document_id, tie, title, number, kind, issuer,"
        " issued_on, source, sketch)"
        " SELECT limit_id, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM limits WHERE limit_id = ?"
        " ON CONFLICT DO UPDATE SET sketch = excluded.sketch,"
        " tie = iif(tie = 'decided' OR excluded.tie = 'like', tie, excluded.tie)",
        (
            traits.document_id,
            version.tie,
            traits.title,
            traits.number or "",
            traits.kind or "",
            traits.issuer or "",
            traits.issued_on.isoformat() if traits.issued_on else "",
            traits.source,
            traits.sketch,
            limit_id,
        ),
    )
