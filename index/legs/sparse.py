"""The sparse leg: BM25 over folded syllables and pairs. Home of tantivy."""

import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import tantivy
from numpy.typing import NDArray

from index.errors import IndexFileError
from index.tokens import tokens

_WRITER_BYTES = 50_000_000  # tantivy's memory before it writes a segment; 15 MB is its minimum
_KNOWN = 50_000  # words whose weight is kept, 8 MB at most; a question needs 60 of them 400 times
_FIELD = "terms"
_TEXT = "text"  # as it was indexed: when it goes, its words are taken out of the lexicon


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("key", stored=True, indexed=True, fast=True)
    builder.add_text_field(_FIELD, tokenizer_name="whitespace", index_option="freq")
    builder.add_bytes_field(_TEXT, stored=True, indexed=False)
    return builder.build()


class SparseIndex:
    """Terms under the keys of their passages, in a folder that tantivy keeps consistent."""

    def __init__(self, folder: Path) -> None:
        """Open the index in a folder, or begin one in an empty folder."""
        self._schema = _schema()
        try:
            self._index = tantivy.Index(self._schema, path=str(folder))
        except (ValueError, OSError) as error:
            raise IndexFileError(f"{folder}: {str(error).splitlines()[0]}") from error
        self._searcher = self._index.searcher()
        self._idf: dict[str, float] = {}  # of the words that were asked for

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def keys(self) -> NDArray[np.int64]:
        """Return the key of every text, ascending."""
        if not len(self):
            return np.empty(0, np.int64)
        hits = self._searcher.search(tantivy.Query.all_query(), len(self), count=False).hits
        return np.sort([self._searcher.doc(one)["key"][0] for _score, one in hits]).astype(np.int64)

    def texts(self, keys: Sequence[int]) -> Iterator[str]:
        """Yield the texts that were indexed under these keys; absent keys are passed over."""
        for key in keys:
            query = tantivy.Query.term_query(self._schema, "key", int(key))
            for _score, address in self._searcher.search(query, 1, count=False).hits:
                yield bytes(self._searcher.doc(address)[_TEXT][0]).decode()

    def add(self, texts: Iterable[tuple[int, str]]) -> None:
        """Add (key, text) pairs in one commit; raises IndexFileError."""
        self.change((), texts)

    def change(self, removed: Sequence[int], added: Iterable[tuple[int, str]]) -> None:
        """Remove keys and add (key, text) pairs in one commit; raises IndexFileError.

        A removed text is never found again. Until its segment is merged, tantivy goes on counting
        it in its frequencies and lengths: scores are then not quite those of the texts left.
        """
        try:
            writer = self._index.writer(_WRITER_BYTES, 1)
            for key in removed:
                writer.delete_documents_by_term("key", int(key))
            for key, text in added:
                document = tantivy.Document()
                document.add_integer("key", int(key))
                document.add_text(_FIELD, " ".join(tokens(text)))
                document.add_bytes(_TEXT, text.encode())
                writer.add_document(document)
            writer.commit()
            writer.wait_merging_threads()
            self._index.reload()
        except (ValueError, OSError) as error:  # a ValueError also of a full disk
            raise IndexFileError(str(error).splitlines()[0]) from error
        self._searcher = self._index.searcher()
        self._idf = {}

    def search(
        self,
        query_tokens: Sequence[str],
        depth: int,
        within: NDArray[np.int64] | None = None,
        without: NDArray[np.int64] | None = None,
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the keys and BM25 scores of the ``depth`` best passages, best first.

        ``within`` limits the search to these keys, ``without`` leaves these out; the scores stay
        those of the whole index.
        """
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, _FIELD, token))
            for token in dict.fromkeys(query_tokens)
        ]
        if not clauses or not len(self):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        query = tantivy.Query.boolean_query(clauses)
        limits = []
        if within is not None:
            silent = tantivy.Query.const_score_query(self._of(within), 0.0)
            limits.append((tantivy.Occur.Must, silent))
        if without is not None and len(without):
            limits.append((tantivy.Occur.MustNot, self._of(without)))
        if limits:
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), *limits])
        hits = self._searcher.search(query, depth, count=False).hits
        keys = [self._searcher.doc(address)["key"][0] for _score, address in hits]
        return np.array(keys, np.int64), np.array([score for score, _address in hits], np.float32)

    def _of(self, keys: NDArray[np.int64]) -> tantivy.Query:
        return tantivy.Query.term_set_query(self._schema, "key", keys.tolist())

    def idf(self, token: str) -> float:
        """Return the inverse document frequency as in BM25: ln(1 + (N - n + 0.5) / (n + 0.5))."""
        known = self._idf.get(token)
        if known is None:
            count = self._searcher.doc_freq(_FIELD, token)
            known = math.log(1 + (len(self) - count + 0.5) / (count + 0.5))
            if len(self._idf) < _KNOWN:
                self._idf[token] = known
        return known
