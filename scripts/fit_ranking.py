"""Fit the weights of ranking, quotes and refusals on judged question sets, and write them."""

import argparse
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.config import read_config
from scripts._cli.command import OK, CommandError, LazyEncoder, Parser, guarded, run
from scripts.evaluate import FOLDER

if TYPE_CHECKING:
    from retrieval.evaluation.fitting import Judged
    from retrieval.pipeline import Searcher
    from retrieval.readers.sentence import QuoteModel

TARGET = Path("retrieval/ranking/weights")  # the weights ship with the code
SIZES = (40, 120, 400, 1_600)  # documents of the libraries on which refusing is learned
DRAWS = 3
MOST_ASKED = 150


def main(argv: Sequence[str] | None = None) -> int:
    """Fit on the sets below the folder in the arguments."""
    parser = Parser("fit_ranking", "Học lại các trọng số xếp hạng từ những bộ câu hỏi có đáp án.")
    parser.inputs.add_argument(
        "sets", type=Path, metavar="THƯ_MỤC", help="thư mục có alqac/, xquad/ và viquad/"
    )
    parser.choices.add_argument(
        "--target", type=Path, default=TARGET, metavar="THƯ_MỤC", help="nơi ghi trọng số"
    )
    parser.choices.add_argument(
        "--reader",
        type=Path,
        metavar="THƯ_MỤC",
        help="chỉ học cách dùng mô hình đọc trong thư mục này, ghi vào đó",
    )
    arguments = parser.parse(argv)
    return guarded(lambda: _fit_reader(arguments) if arguments.reader else _fit(arguments))


def _fit_reader(arguments: argparse.Namespace) -> int:
    from retrieval.confidence import Confidence
    from retrieval.cross_encoder.load import JUDGING
    from retrieval.cross_encoder.model import CrossEncoder
    from retrieval.cross_encoder.passage_reader import Judging, PassageReader
    from retrieval.errors import CorpusError
    from scripts._reader.judging import fit_judging, stored

    config = read_config(arguments.data)
    encoder = LazyEncoder(config.model, config.data)
    model = CrossEncoder(arguments.reader, config.data / "models")
    reader = PassageReader(model, Confidence.load(), Judging(0.0, (), 0.0))
    home = config.data / FOLDER
    try:
        judging = fit_judging(
            reader, arguments.sets, home, encoder, lambda line: print(f"{line} câu…", flush=True)
        )
    except CorpusError as error:
        raise CommandError(str(error)) from error
    _write(arguments.reader / JUDGING, stored(judging))
    return OK


def _fit(arguments: argparse.Namespace) -> int:
    from retrieval.errors import CorpusError
    from retrieval.evaluation.fitting import fit_quote, fit_ranking
    from retrieval.ranking import ranking
    from retrieval.readers import sentence

    sets = _Sets(arguments)
    try:
        alqac = sets.ranked("alqac/corpus.jsonl", "alqac/questions.jsonl")
        xquad = sets.ranked("xquad/corpus.jsonl", "xquad/questions.vi.jsonl")
        viquad = sets.ranked("viquad/corpus.jsonl", "viquad/questions.jsonl")
        english = sets.ranked("xquad/corpus.jsonl", "xquad/questions.en.jsonl")
        answerable = [one for one in viquad[1] if not one.question.unanswerable]
        weights = {
            "vietnamese": _named(ranking.NAMES, fit_ranking([*alqac[1], *xquad[1], *answerable])),
            "english": _named(ranking.NAMES, fit_ranking(english[1])),
        }
        _write(arguments.target / "ranking.json", weights)
        quotes = fit_quote([*xquad[1], *answerable])
        _write(arguments.target / "quote.json", _named(sentence.NAMES, quotes))
        # the confidence is that of the ranking and quotes just fitted
        model = sentence.QuoteModel(tuple(quotes))
        _write(
            arguments.target / "confidence.json",
            {
                "vietnamese": _confidence(model, [alqac, xquad, viquad]),
                "english": _confidence(model, [english]),
            },
        )
    except CorpusError as error:
        raise CommandError(str(error)) from error
    return OK


def _confidence(
    model: "QuoteModel", sets: "Sequence[tuple[Searcher, tuple[Judged, ...]]]"
) -> dict[str, float]:
    """Fit on libraries of many sizes that lack half of the answers."""
    from retrieval import confidence
    from retrieval.evaluation.fitting import confidence_rows, fit_confidence, rank_all
    from retrieval.evaluation.withheld import known_vectors, small_library, withhold

    rows, labels = [], []
    for searcher, judged in sets:
        library = searcher.library
        known = known_vectors(library, searcher.encoder)
        questions = [one.question for one in judged]
        for size in SIZES:
            for seed in range(DRAWS):
                kept, asked = withhold(library, questions, size, seed)
                with small_library(library, kept, known) as small:
                    found, answered = confidence_rows(model, rank_all(small, asked[:MOST_ASKED]))
                if answered:
                    rows.append(found)
                    labels += answered
                print(f"{size} văn bản: {len(answered)} câu…", flush=True)
    fitted, intercept = fit_confidence(np.concatenate(rows), labels)
    return _named(confidence.NAMES, fitted) | {"intercept": round(intercept, 5)}


class _Sets:
    """The judged sets below a folder, ranked with the weights written so far."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        config = read_config(arguments.data)
        self.home = config.data / FOLDER
        self.encoder = LazyEncoder(config.model, config.data)
        self.sets: Path = arguments.sets

    def ranked(
        self, corpus: str, questions: str, limit: int | None = None
    ) -> "tuple[Searcher, tuple[Judged, ...]]":
        from retrieval.evaluation.datasets import corpus_library, read_questions
        from retrieval.evaluation.fitting import rank_all
        from retrieval.pipeline import Searcher

        library = corpus_library(
            self.sets / corpus, self.home, self.encoder, lambda _done, _total: None
        )
        searcher = Searcher.open(library.path.parent, library, self.encoder)
        print(f"{questions}…", flush=True)
        return searcher, rank_all(searcher, read_questions(self.sets / questions)[:limit])


def _named(names: Sequence[str], values: Iterable[float]) -> dict[str, float]:
    return {name: round(float(value), 5) for name, value in zip(names, values, strict=True)}


def _write(path: Path, values: object) -> None:
    path.write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n")
    print(f"đã ghi {path}")


if __name__ == "__main__":
    run(main)
