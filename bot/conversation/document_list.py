"""The documents of the library as a list to browse: filtered, searched, in pages."""

import json
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date

from documents.store.library import Library
from documents.store.records import Head
from documents.vietnamese.document_number import DocumentNumber
from documents.vietnamese.normalize import fold, normalize
from index.tokens import syllables
from retrieval.catalogue import number_of

FACETS = ("kind", "year", "issuer")


@dataclass(frozen=True, slots=True)
class Choice:
    """Which documents are listed; None leaves none out. ``words`` all occur in what is known."""

    kind: str | None = None
    year: str | None = None
    issuer: str | None = None
    words: str | None = None

    def key(self) -> str:
        """Write as what a button's number stands for."""
        return json.dumps({k: v for k, v in asdict(self).items() if v}, ensure_ascii=False)

    @classmethod
    def of(cls, key: str) -> "Choice":
        """Read what ``key`` wrote."""
        return cls(**json.loads(key))

    def having(self, facet: str, value: str) -> "Choice":
        """Choose further."""
        return replace(self, **{facet: value})


@dataclass(frozen=True)
class _Named:
    """Heads by the sequence of their number, with it, and by their title."""

    heads: tuple[Head, ...] | None = None
    numbers: Mapping[int, Sequence[tuple[Head, DocumentNumber]]] = field(default_factory=dict)
    titles: Mapping[str, Sequence[Head]] = field(default_factory=dict)

    @classmethod
    def of(cls, heads: tuple[Head, ...]) -> "_Named":
        numbers: dict[int, list[tuple[Head, DocumentNumber]]] = defaultdict(list)
        titles: dict[str, list[Head]] = defaultdict(list)
        for head in heads:
            number = number_of(head)
            if number is not None:
                numbers[number.sequence].append((head, number))
            titles[_title_key(head.title)].append(head)
        return cls(heads, numbers, titles)


class Catalogue:
    """What is known of each document, read once for each generation of the library."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._generation: int | None = None
        self._heads: tuple[Head, ...] = ()
        self._indexed: tuple[Head, ...] | None = None  # the heads whose words are known
        self._holding: dict[str, list[int]] = {}
        self._names = _Named()
        self._stamped_at: int | None = None
        self._stamped: frozenset[str] = frozenset()

    def stamped(self) -> frozenset[str]:
        """Return the ids of the documents with a secrecy stamp, "Lưu hành nội bộ" included."""
        with self._lock:
            generation = self._library.generation
            if generation != self._stamped_at:
                self._stamped = self._library.stamped()
                self._stamped_at = generation
            return self._stamped

    def heads(self, hidden: frozenset[str] = frozenset()) -> tuple[Head, ...]:
        """Return every document in order of arrival, without those that are hidden."""
        with self._lock:
            generation = self._library.generation
            if generation != self._generation:
                self._heads = self._library.heads()
                self._generation = generation
            heads = self._heads
        if not hidden:
            return heads
        return tuple(head for head in heads if head.document_id not in hidden)

    def sharing(self, words: frozenset[str], hidden: frozenset[str]) -> Counter[Head]:
        """Count how many of some folded words stand in a document's title or issuer.

        Documents with none are left out; equal counts keep the order of arrival.
        """
        heads = self.heads()
        with self._lock:
            if self._indexed is not heads and self._heads is heads:
                self._indexed, self._holding = heads, _holding(heads)
            holding = self._holding if self._indexed is heads else _holding(heads)
        counts = Counter(place for word in words for place in holding.get(word, ()))
        return Counter(
            {
                heads[place]: counts[place]
                for place in sorted(counts)
                if heads[place].document_id not in hidden
            }
        )

    def bearing(self, number: DocumentNumber, hidden: frozenset[str]) -> tuple[Head, ...]:
        """Return the documents that a number may name, the newest issued first."""
        found = [
            head
            for head, own in self._named().numbers.get(number.sequence, ())
            if own.matches(number)
        ]
        return _newest_first(head for head in found if head.document_id not in hidden)

    def titled(self, title: str, hidden: frozenset[str]) -> tuple[Head, ...]:
        """Return the documents whose title this is, in whatever case and with any end mark."""
        found = self._named().titles.get(_title_key(title), ())
        return _newest_first(head for head in found if head.document_id not in hidden)

    def newest(self, hidden: frozenset[str]) -> tuple[Head, ...]:
        """Return every document, the newest issued first."""
        return _newest_first(self.heads(hidden))

    def _named(self) -> "_Named":
        heads = self.heads()
        with self._lock:
            if self._names.heads is not heads:
                self._names = _Named.of(heads)
            return self._names

    def chosen(self, choice: Choice, hidden: frozenset[str]) -> tuple[Head, ...]:
        """Return the documents of a choice, the newest issued first."""
        fitting = [head for head in self.heads(hidden) if _fits(head, choice)]
        fitting.sort(key=lambda head: head.title)
        fitting.sort(key=lambda head: head.issued_on.isoformat() if head.issued_on else "")
        return tuple(reversed(fitting))

    def values(
        self, choice: Choice, facet: str, hidden: frozenset[str]
    ) -> tuple[tuple[str, int], ...]:
        """Return what a facet may be within a choice, with the number of documents."""
        heads = self.chosen(replace(choice, **{facet: None}), hidden)
        counts = Counter(value for head in heads if (value := _value(head, facet)))
        if facet == "year":
            return tuple(sorted(counts.items(), reverse=True))
        return tuple(counts.most_common())


def _holding(heads: tuple[Head, ...]) -> dict[str, list[int]]:
    """Return the places of the heads that hold each folded word, ascending."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, head in enumerate(heads):
        for word in frozenset(syllables(f"{head.title} {head.issuer or ''}")):
            found[word].append(place)
    return found


def _title_key(title: str) -> str:
    return " ".join(_plain(title).strip(' .?!“”"').split())


def _newest_first(heads: Iterable[Head]) -> tuple[Head, ...]:
    return tuple(sorted(heads, key=lambda one: one.issued_on or date.min, reverse=True))


def _value(head: Head, facet: str) -> str | None:
    if facet == "year":
        return str(head.issued_on.year) if head.issued_on else None
    return head.kind if facet == "kind" else head.issuer


def _fits(head: Head, choice: Choice) -> bool:
    for facet in FACETS:
        wanted = getattr(choice, facet)
        if wanted and _value(head, facet) != wanted:
            return False
    if not choice.words:
        return True
    known = (head.number, head.kind, head.title, head.issuer, _value(head, "year"))
    text = _plain(" ".join(part for part in known if part))
    return all(word in text for word in _plain(choice.words).split())


def _plain(text: str) -> str:
    return fold(normalize(text))
