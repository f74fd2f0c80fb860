"""A library of any size for the benchmark: real passages, varied, under perturbed vectors."""

import hashlib
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from documents.document import Document, Locator, Passage
from documents.splitting.passages import indexed_text
from documents.store.library import FILE_NAME, Library
from documents.vietnamese.sentences import sentences

_NOISE = 0.33  # length of what is added to a unit vector: a cosine of 0.95 to the real one
_RUN = 3  # passages taken side by side from one real document
_PASSAGES = (10, 50)  # of a document
_BATCH = 400  # documents in one transaction, about 12,000 passages: most of its time is a commit's
_FIRST_ISSUED = date(2000, 1, 1)
_ISSUED_DAYS = 9_000  # 24 years, over which the dates of the documents are spread
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Real:
    """Real documents as passages, side by side as they stand, with their vectors."""

    titles: tuple[str, ...]
    texts: tuple[str, ...]
    vectors: NDArray[np.float32]

    @classmethod
    def of(cls, libraries: Sequence[Library], model: str) -> "Real":
        """Take all passages of some libraries, which have vectors of this model."""
        titles: list[str] = []
        texts: list[str] = []
        rows = []
        for library in libraries:
            keys = library.passage_keys().tolist()
            passages = library.passages_at(keys)
            named = {one.document_id: one.title for one in library.documents()}
            titles += [named[one.document_id] for one in passages]
            texts += [one.text for one in passages]
            rows.append(library.vectors(model, keys))
        return cls(tuple(titles), tuple(texts), np.concatenate(rows))


def varied_text(text: str, rng: random.Random) -> str:
    """Put other numbers and another order of sentences into a text."""
    parts = [text[start:end] for start, end in sentences(text)]
    rng.shuffle(parts)
    return _DIGITS.sub(lambda found: _number(len(found[0]), rng), " ".join(parts) or text)


def _number(digits: int, rng: random.Random) -> str:
    return str(rng.randint(10 ** (digits - 1), 10**digits - 1))


def grow(
    home: Path,
    real: Real,
    model: str,
    count: int,
    on_progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Library:
    """Return a library of ``count`` passages in a folder, the same in every run.

    One that is there is taken up where it was left; ``on_progress`` is told (passages, count).
    """
    home.mkdir(parents=True, exist_ok=True)
    library = Library(home / FILE_NAME)
    done = len(library.passage_keys())
    number = len(library.document_ids())
    while done < count:
        batch: list[tuple[Document, tuple[Passage, ...]]] = []
        texts: list[str] = []
        rows = []
        while done < count and len(batch) < _BATCH:
            rng = random.Random(number)
            document, passages, vectors = _document(number, real, rng, count - done)
            texts += [indexed_text(document.title, one) for one in passages]
            rows.append(vectors)
            batch.append((document, passages))
            done += len(passages)
            number += 1
        library.store_vectors(model, texts, np.concatenate(rows))
        library.add_all(batch)
        on_progress(done, count)
    return library


def _document(
    number: int, real: Real, rng: random.Random, most: int
) -> tuple[Document, tuple[Passage, ...], NDArray[np.float32]]:
    length = min(most, rng.randint(*_PASSAGES))
    chosen: list[int] = []
    while len(chosen) < length:
        start = rng.randrange(len(real.texts))
        chosen += range(start, min(start + _RUN, len(real.texts)))
    chosen = chosen[:length]
    name = f"bench-{number:06d}"
    offset, text, passages = 0, "", []
    for ordinal, place in enumerate(chosen):
        written = varied_text(real.texts[place], rng)
        locator = Locator(article=f"Điều {ordinal + 1}")
        end = offset + len(written)
        passages.append(Passage(f"{name}:{ordinal}", name, written, locator, offset, end))
        text += written + "\n\n"
        offset = end + 2
    document = Document(
        document_id=name,
        title=f"{real.titles[chosen[0]]} ({number})",
        number=f"{number + 1}-QĐ/TU",
        kind=None,
        issuer=None,
        issued_on=_FIRST_ISSUED + timedelta(number % _ISSUED_DAYS),
        source=f"{name}.txt",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
    )
    return document, tuple(passages), _perturbed(real.vectors[chosen], number)


def _perturbed(rows: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    noise = np.random.default_rng(seed).normal(size=rows.shape)
    noise *= _NOISE / np.linalg.norm(noise, axis=1, keepdims=True)
    found = rows + noise
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)
