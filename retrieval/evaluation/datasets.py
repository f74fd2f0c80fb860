"""A judged corpus as a library: its rows are split and encoded exactly as documents are."""

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from documents.document import Document
from documents.errors import LibraryError
from documents.splitting.passages import indexed_text, split
from documents.store import lock
from documents.store.library import FILE_NAME, Library
from documents.vietnamese.normalize import normalize
from index.encoders.base import Encoder
from index.ingest.ingest import add_files
from index.ingest.results import Options
from retrieval.errors import CorpusError

_BATCH = 256  # texts encoded between two commits; they are sorted by length, so padding is small


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question with the ids of the corpus rows that answer it; ``kind`` where that is given.

    One of ``answers`` must be shown, and all ``parts``. A ``computed`` answer stands in no text.
    """

    question_id: str
    question: str
    relevant: frozenset[str]
    answers: tuple[str, ...]
    unanswerable: bool
    kind: str = ""
    parts: tuple[str, ...] = ()
    computed: bool = False


def read_questions(path: Path) -> tuple[JudgedQuestion, ...]:
    """Read ``{id, question, relevant, answers?, unanswerable?}`` rows; raises CorpusError."""
    return tuple(
        JudgedQuestion(
            question_id=str(row["id"]),
            question=str(row["question"]),
            relevant=frozenset(map(str, row.get("relevant") or ())),
            answers=tuple(map(str, row.get("answers") or ())),
            unanswerable=bool(row.get("unanswerable", False)),
            kind=str(row.get("kind") or ""),
        )
        for row in _rows(path, ("id", "question"))
    )


def read_library_questions(
    path: Path, library: Library, on_gone: Callable[[str, str], None] | None = None
) -> tuple[JudgedQuestion, ...]:
    """Read ``{id, question, source, answers, parts?, computed?, kind?}`` rows about a library.

    ``source`` is the file name, number or id of the document that answers, a list where each of
    several does, null where none does. ``on_gone`` is told the question and the source where the
    library has no such document any more, and the question is left out. Raises CorpusError.
    """
    ids: dict[str, str] = {one.source: one.document_id for one in library.documents()}
    questions = []
    for row in _rows(path, ("id", "question", "source")):
        source = row["source"] or []
        sources = tuple(map(str, [source] if isinstance(source, str) else source))
        gone = [one for one in sources if one not in ids and not library.find(one)]
        if gone and on_gone is not None:
            on_gone(str(row["id"]), gone[0])
            continue
        for one in sources:
            if one not in ids:
                ids[one] = _meant(path, str(row["id"]), one, library)
        questions.append(
            JudgedQuestion(
                question_id=str(row["id"]),
                question=str(row["question"]),
                relevant=frozenset(ids[one] for one in sources),
                answers=tuple(map(str, row.get("answers") or ())),
                unanswerable=not sources,
                kind=str(row.get("kind") or ""),
                parts=tuple(map(str, row.get("parts") or ())),
                computed=bool(row.get("computed")),
            )
        )
    return tuple(questions)


def _meant(path: Path, question: str, source: str, library: Library) -> str:
    found = library.find(source)
    if len(found) == 1:
        return found[0].document_id
    problem = "chỉ nhiều văn bản, hãy ghi tên tệp hoặc mã" if found else "không có trong thư viện"
    raise CorpusError(f"{path}: câu {question} nói đến {source}: {problem}.")


def file_library(
    files: Sequence[Path], folder: Path, encoder: Encoder, on_progress: Callable[[int, int], None]
) -> Library:
    """Return a library of files, added as staff add them and kept under ``folder``.

    As with a corpus it is named after what is encoded of it. Raises CorpusError when a file is
    refused.
    """
    with tempfile.TemporaryDirectory() as nowhere, Library(Path(nowhere) / FILE_NAME) as empty:
        planned = tuple(add_files(Path(nowhere), empty, encoder, files, Options(dry_run=True)))
    refused = [one.reason for one in planned if one.reason]
    if refused:
        raise CorpusError(refused[0])
    documents = [one.document for one in planned if one.document]
    texts = [indexed_text(one.title, passage) for one in documents for passage in split(one)]
    described = "\0".join([*map(repr, documents), *texts])
    home = folder / f"files-{hashlib.sha256(described.encode()).hexdigest()[:12]}"
    home.mkdir(parents=True, exist_ok=True)
    library = Library(home / FILE_NAME)
    _borrow(library, encoder.fingerprint, texts)
    with lock.writing(home):
        for done, _outcome in enumerate(add_files(home, library, encoder, files, Options()), 1):
            on_progress(done, len(files))
    return library


def corpus_library(
    corpus: Path, folder: Path, encoder: Encoder, on_progress: Callable[[int, int], None]
) -> Library:
    """Return a library of the corpus's ``{id, title, text}`` rows, kept under ``folder``.

    The library is named after what is encoded of the corpus, so that a second run encodes nothing
    and a change of the splitting is never measured on passages of before. Raises CorpusError.
    """
    documents = [_document(row) for row in _rows(corpus, ("id", "title", "text"))]
    pairs = [(document, split(document)) for document in documents]
    texts = [indexed_text(document.title, one) for document, many in pairs for one in many]
    digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]
    home = folder / f"{corpus.parent.name}-{corpus.stem}-{digest}"
    home.mkdir(parents=True, exist_ok=True)
    library = Library(home / FILE_NAME)
    _borrow(library, encoder.fingerprint, texts)
    _encode(library, encoder, texts, on_progress)
    if not len(library.passage_keys()):
        library.add_all([(document, many) for document, many in pairs if many])
    return library


def _document(row: dict[str, Any]) -> Document:
    text = normalize(str(row["text"]))
    return Document(
        document_id=str(row["id"]),
        title=normalize(str(row["title"])).replace("_", " "),
        number=None,
        kind=None,
        issuer=None,
        issued_on=None,
        source=str(row["id"]),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
    )


def _borrow(library: Library, model: str, texts: Sequence[str]) -> None:
    """Take over the vectors of equal texts from the libraries beside this one, newest first.

    A corpus with rows withheld, or split a little differently, has nearly all texts of another.
    """
    home = library.path.parent
    others = [path for path in home.parent.glob(f"*/{FILE_NAME}") if path.parent != home]
    for path in sorted(others, key=lambda path: path.stat().st_mtime, reverse=True):
        lacking = set(library.lacking_vectors(model, texts))
        if not lacking:
            return
        try:
            with Library(path) as other:
                keys = other.passage_keys().tolist()
                found = [
                    (key, text)
                    for key, text in zip(keys, other.indexed_texts(keys), strict=True)
                    if text in lacking
                ]
                rows = other.vectors(model, [key for key, _text in found])
        except LibraryError:  # of another version or another model: it has nothing to give
            continue
        if found:
            library.store_vectors(model, [text for _key, text in found], rows)


def _encode(
    library: Library,
    encoder: Encoder,
    texts: list[str],
    on_progress: Callable[[int, int], None],
) -> None:
    lacking = sorted(library.lacking_vectors(encoder.fingerprint, texts), key=len)
    for start in range(0, len(lacking), _BATCH):
        batch = lacking[start : start + _BATCH]
        library.store_vectors(encoder.fingerprint, batch, encoder.encode_passages(batch))
        on_progress(start + len(batch), len(lacking))


def _rows(path: Path, needed: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    try:
        lines = path.read_text("utf-8").split("\n")  # a JSON string may hold U+2028 and U+0085
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path}: không phải văn bản UTF-8.") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise CorpusError(f"{path}, dòng {number}: không phải JSON.") from error
        missing = [name for name in needed if not isinstance(row, dict) or name not in row]
        if missing:
            raise CorpusError(f"{path}, dòng {number}: thiếu trường {', '.join(missing)}.")
        yield row
