"""Words that are asked about and that no document of the library contains."""

from dataclasses import dataclass
from pathlib import Path

from bot.errors import ReviewError
from bot.query_log.log import QueryLog
from bot.review import views
from bot.texts import review as texts
from index.errors import IndexFileError
from index.lexicon import Lexicon
from index.tokens import syllables
from retrieval.question.asking_words import asking_words
from retrieval.question.question import is_english

MOST = 100
_LEAST_LETTERS = 2
_ONLY_ASKING = asking_words("review")


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """A word without its marks, how many questions hold it, and the latest of them."""

    word: str
    questions: int
    question_id: int
    example: str


def unknown_words(log: QueryLog, index: Path) -> tuple[UnknownWord, ...]:
    """Return the words of questions that no document has, the commonest first.

    Marks are left out on both sides: "phi" is known where "phí" stands in a document. Left out are
    words that only ask, and English questions. Without an index there are no documents to compare
    with, and nothing is returned.
    """
    lexicon = _newest_lexicon(index)
    if lexicon is None:
        return ()
    known = {part for word in lexicon.singles for part in syllables(word)} | _ONLY_ASKING
    unknown = [
        (word, count)
        for word, count in views.words(log)
        if word not in known and word.isalpha() and len(word) >= _LEAST_LETTERS
    ]
    unknown.sort(key=lambda pair: (-pair[1], pair[0]))
    examples = (UnknownWord(word, count, *_example(log, word)) for word, count in unknown[:MOST])
    return tuple(one for one in examples if not is_english(one.example))


def _example(log: QueryLog, word: str) -> tuple[int, str]:
    rows = log.database.rows(
        "SELECT id, question FROM questions WHERE id = (SELECT max(rowid) FROM questions_fts"
        " WHERE questions_fts MATCH ?)",
        (f'"{word}"',),
    )
    return (int(rows[0][0]), str(rows[0][1])) if rows else (0, "")


def _newest_lexicon(index: Path) -> Lexicon | None:
    files = sorted(index.glob("*/lexicon.tsv"), key=lambda path: path.stat().st_mtime)
    if not files:
        return None
    try:
        return Lexicon.load(files[-1])
    except IndexFileError as error:
        raise ReviewError(texts.index_unreadable(str(error))) from error
