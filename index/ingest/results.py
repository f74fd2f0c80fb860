"""What a run is told about files, and what it tells of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path

from documents.document import Document

OnProgress = Callable[[Path, int, int], None]


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the operator says of a document, in place of what its text says; None says nothing.

    ``cleared`` names the fields that are to be empty, ``reviewed`` that nothing is left to look at.
    """

    number: str | None = None
    title: str | None = None
    kind: str | None = None
    issued_on: date | None = None
    issuer: str | None = None
    effective_on: date | None = None
    signer: str | None = None
    signer_role: str | None = None
    secrecy: str | None = None
    replaces: tuple[str, ...] | None = None
    amends: tuple[str, ...] | None = None
    based_on: tuple[str, ...] | None = None
    cleared: frozenset[str] = frozenset()
    reviewed: bool = False

    def apply(self, document: Document) -> Document:
        """Return the document as the operator describes it."""
        stated = {
            field.name: value
            for field in fields(self)
            if field.name not in ("cleared", "reviewed")
            and (value := getattr(self, field.name)) is not None
        }
        stated |= {name: _EMPTY.get(name) for name in self.cleared}
        left = tuple(name for name in document.review if name not in stated)
        return replace(document, **stated, review=() if self.reviewed else left)


_EMPTY: Mapping[str, object] = {
    "signer": "",
    "signer_role": "",
    "replaces": (),
    "amends": (),
    "based_on": (),
}


@dataclass(frozen=True, slots=True)
class Options:
    """How files are added; ``allow_secret`` names the resolved files let in though secret.

    ``folder`` is the key of the folder that the library is kept in step with: a file at a known
    path then takes the place of what it brought before, and a new version that of a document
    whose files are all among the keys in ``vanished``. Without it, files are added by hand.
    ``hidden`` are ids of documents that whoever adds must not learn of: a file that is one of
    these, or another version of one, is refused without a word of it.
    """

    overrides: Overrides = Overrides()
    replace: bool = False
    dry_run: bool = False
    allow_secret: frozenset[Path] = frozenset()
    folder: str | None = None
    vanished: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: "added", "unchanged", "replaced", or why it was "refused" or "held".

    A file is held that may be a state secret, until somebody decides; ``secrecy`` is the level of
    the stamp for which it was held or refused.
    ``note`` tells what the operator may want to know of a file that was not refused, and
    ``similar`` holds the ids of the documents that are nearly the same. ``is_other_version`` marks
    a file that was refused for want of ``Options.replace`` alone; ``other`` is the number there.
    """

    path: Path
    status: str
    document: Document | None = None
    passages: int = 0
    reason: str | None = None
    note: str | None = None
    similar: tuple[str, ...] = ()
    is_other_version: bool = False
    other: str | None = None
    secrecy: str | None = None

    @property
    def is_kept_out(self) -> bool:
        """Whether the file did not come into the library: refused, or held."""
        return self.status in ("refused", "held")
