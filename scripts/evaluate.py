"""Measure retrieval, quotes and refusals on a judged question set."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from bot.config import read_config
from scripts._terminal import OK, CommandError, LazyEncoder, Parser, guarded, print_json, run

FOLDER = "evaluation"  # under DATA_DIR: corpora with their vectors, so that a rerun encodes nothing
_LABELS = {
    "questions": "số câu hỏi",
    "hit_at_1": "hit@1",
    "hit_at_5": "hit@5",
    "hit_at_10": "hit@10",
    "mrr_at_10": "MRR@10",
    "ndcg_at_10": "nDCG@10",
    "answer_in_quote": "đáp án nằm trong trích dẫn",
    "refusal_auroc": "AUROC từ chối",
    "refusal_precision_at_recall_80": "độ chính xác khi từ chối đúng 80 %",
    "refusal_precision": "độ chính xác của từ chối",
    "refusal_recall": "độ phủ của từ chối",
    "p50_ms": "p50 (ms)",
    "p95_ms": "p95 (ms)",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Evaluate on the files in the arguments."""
    parser = Parser("evaluate", "Đo chất lượng tìm kiếm trên một bộ câu hỏi có đáp án.")
    parser.inputs.add_argument(
        "--corpus", type=Path, required=True, metavar="TỆP", help="JSONL: id, title, text"
    )
    parser.inputs.add_argument(
        "--questions", type=Path, required=True, metavar="TỆP", help="JSONL: id, question, relevant"
    )
    parser.choices.add_argument(
        "--strip-diacritics", action="store_true", help="bỏ dấu mọi câu hỏi trước khi hỏi"
    )
    parser.choices.add_argument(
        "--legs", choices=("dense", "sparse", "hybrid"), default="hybrid", help="nhánh tìm kiếm"
    )
    parser.choices.add_argument("--limit", type=_count, metavar="N", help="chỉ hỏi N câu đầu")
    arguments = parser.parse(argv)
    return guarded(lambda: _evaluate(arguments))


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"“{text}” không phải số nguyên dương")
    return int(text)


def _evaluate(arguments: argparse.Namespace) -> int:
    from index.corpus import CorpusError, corpus_library, read_questions  # here, for --help
    from retrieval.evaluation import evaluate
    from retrieval.search import Searcher

    config = read_config(arguments.data)
    encoder = LazyEncoder(config.model, config.data)
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        try:
            questions = read_questions(arguments.questions)[: arguments.limit]
            if not questions:
                raise CommandError(f"{arguments.questions}: không có câu hỏi nào.")
            library = corpus_library(
                arguments.corpus, config.data / FOLDER, encoder, _bar(progress, "Mã hóa")
            )
        except CorpusError as error:
            raise CommandError(str(error)) from error
        with library:
            searcher = Searcher.open(library.path.parent, library, encoder, config.strictness)
            searcher.understand("khởi động")  # what is read once is not part of a question's time
            searcher.ask("khởi động")
            report = evaluate(
                searcher,
                questions,
                legs=arguments.legs,
                stripped=arguments.strip_diacritics,
                on_progress=_bar(progress, "Hỏi"),
            )
    values = {name: value for name, value in asdict(report).items()}
    setting = {
        "corpus": str(arguments.corpus),
        "questions_file": str(arguments.questions),
        "legs": arguments.legs,
        "strip_diacritics": arguments.strip_diacritics,
    }
    if arguments.json:
        print_json(setting | values)
        return OK
    marks = ", không dấu" if arguments.strip_diacritics else ""
    print(f"{arguments.questions} ({arguments.legs}{marks})")
    for name, value in values.items():
        if value is not None:
            print(f"  {_LABELS[name]:36}{_shown(name, value)}")
    return OK


def _shown(name: str, value: float) -> str:
    if name == "questions":
        return str(value)
    return f"{value:.1f}" if name.endswith("_ms") else f"{100 * value:.2f}"


def _bar(progress: Progress, label: str) -> Callable[[int, int], None]:
    task = progress.add_task(label, total=None)

    def update(done: int, total: int) -> None:
        progress.update(task, completed=done, total=total)

    return update


if __name__ == "__main__":
    run(main)
