"""Which documents a limit holds for: the versions of its văn bản, and what may be one of them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from math import ceil

import numpy as np

from bot.roles import RANKS, Role
from documents.metadata.same_document import same_document
from documents.store import near_duplicates
from documents.store.records import Traits
from documents.vietnamese.document_number import number_key
from documents.vietnamese.normalize import fold, normalize

# Of words, where no number tells two documents apart, or their titles are alike: half of them are
# then too many to be chance.
DOUBTFUL = 0.5
SIMILAR_TITLE = 0.6  # of the words of both titles: one word of four corrected stays above
_FIGURE = re.compile(r"\d")


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


@dataclass(frozen=True, slots=True)
class Resolved:
    """The limited documents by id, and what is known anew of each limit by its number."""

    limited: Mapping[str, Limited]
    versions: Mapping[int, tuple[Version, ...]]


def resolve(limits: Sequence[Limit], documents: Sequence[Traits]) -> Resolved:
    """Return which documents are limited: by an administrator's word on that very file, else by
    the strictest limit of a văn bản that they are, or may be, a version of.
    """
    matching = Matching(documents)
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


class Matching:
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
