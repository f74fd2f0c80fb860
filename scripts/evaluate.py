"""Measure retrieval, quotes and refusals on judged question sets, and compare with a baseline."""

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress

from bot.config import read_config
from scripts._cli.command import (
    OK,
    CommandError,
    LazyEncoder,
    Parser,
    guarded,
    print_json,
    run,
    shared_index,
)

if TYPE_CHECKING:
    from retrieval.evaluation.baseline import Baseline
    from scripts._evaluation.sets import JudgedSet

FOLDER = "evaluation"  # under DATA_DIR: corpora with their vectors, so that a rerun encodes nothing
BASELINE = Path(__file__).parent.parent / "retrieval" / "evaluation" / "baseline.json"


def main(argv: Sequence[str] | None = None) -> int:
    """Evaluate on the files in the arguments, or on the sets that are known."""
    parser = Parser("evaluate", "Đo chất lượng tìm kiếm và trả lời trên các bộ câu hỏi có đáp án.")
    inputs, choices = parser.inputs, parser.choices
    inputs.add_argument("--corpus", type=Path, metavar="TỆP", help="JSONL: id, title, text")
    inputs.add_argument(
        "--questions",
        type=Path,
        metavar="TỆP",
        help="JSONL: id, question, relevant; không có --corpus thì hỏi thư viện: id, question, "
        "source, answers",
    )
    inputs.add_argument("--samples", action="store_true", help="bộ câu hỏi mẫu kèm theo dự án")
    inputs.add_argument(
        "--sets", type=Path, metavar="THƯ_MỤC", help="thư mục có alqac/, xquad/ hoặc viquad/"
    )
    choices.add_argument(
        "--strip-diacritics", action="store_true", help="bỏ dấu mọi câu hỏi trước khi hỏi"
    )
    choices.add_argument(
        "--legs", choices=("dense", "sparse", "hybrid"), help="nhánh tìm kiếm (hybrid)"
    )
    choices.add_argument("--limit", type=_count, metavar="N", help="chỉ hỏi N câu đầu")
    choices.add_argument(
        "--table", action="store_true", help="lập bảng đầy đủ và báo cáo cả với --corpus"
    )
    choices.add_argument(
        "--report", type=Path, metavar="THƯ_MỤC", help="nơi ghi report.html, report.json"
    )
    choices.add_argument(
        "--baseline",
        type=Path,
        metavar="TỆP",
        help="mốc để so sánh (mốc kèm theo dự án; của bộ riêng: trong thư mục dữ liệu)",
    )
    choices.add_argument("--save-baseline", action="store_true", help="ghi lần đo này làm mốc")
    arguments = parser.parse(argv)
    _refuse_misuse(parser, arguments)
    whole = arguments.samples or arguments.sets or arguments.table or not arguments.corpus
    return guarded(lambda: _measure_sets(arguments) if whole else _measure_one(arguments))


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"“{text}” không phải số nguyên dương")
    return int(text)


def _refuse_misuse(parser: Parser, arguments: argparse.Namespace) -> None:
    if arguments.corpus and not arguments.questions:
        parser.error("--corpus cần có --questions")
    if not (arguments.questions or arguments.samples or arguments.sets):
        parser.error("cần --questions (có thể kèm --corpus), --samples hoặc --sets")
    partial = arguments.limit or arguments.legs or arguments.strip_diacritics
    if arguments.save_baseline and partial:
        parser.error("--save-baseline chỉ ghi lần đo trọn vẹn, không ghi khi đo một phần")


def _measure_one(arguments: argparse.Namespace) -> int:
    """Ask one set one way."""
    from retrieval.cross_encoder.load import open_reader
    from retrieval.evaluation.results import summed
    from retrieval.evaluation.run import Way  # here, with its libraries, for --help
    from scripts._evaluation import words
    from scripts._evaluation.as_json import kinds_of
    from scripts._evaluation.run import Bench
    from scripts._evaluation.sets import own

    config = read_config(arguments.data)
    encoder = LazyEncoder(config.model, config.data)
    way = Way(arguments.legs or "hybrid", arguments.strip_diacritics)
    one = replace(own(arguments.corpus, arguments.questions), ways=(way,))
    with ExitStack() as stack, _progress() as progress:
        shared = stack.enter_context(shared_index(config))
        bench = Bench(
            config.data / FOLDER,
            encoder,
            config.strictness,
            arguments.limit,
            progress,
            shared,
            open_reader(config.reader, config.data),
        )
        (only,) = bench.asked(one).runs
    values = asdict(summed(only.outcomes))
    if arguments.json:
        setting = {
            "corpus": str(arguments.corpus),
            "questions_file": str(arguments.questions),
            "legs": way.legs,
            "strip_diacritics": way.stripped,
        }
        print_json(setting | values | {"kinds": kinds_of(only.outcomes)})
        return OK
    marks = ", không dấu" if way.stripped else ""
    print(f"{arguments.questions} ({way.legs}{marks})")
    for name, value in values.items():
        if value is not None:
            print(f"  {words.FIGURES[name]:36}{words.precisely(name, value)}")
    return OK


def _measure_sets(arguments: argparse.Namespace) -> int:
    """Ask every set in all of its ways, and tell what has changed."""
    from retrieval.cross_encoder.load import open_reader
    from retrieval.evaluation.baseline import Baseline
    from scripts._evaluation.as_json import report_of
    from scripts._evaluation.page import page_of
    from scripts._evaluation.run import Bench, Evaluation, compared
    from scripts._evaluation.table import print_table

    config = read_config(arguments.data)
    encoder = LazyEncoder(config.model, config.data)
    kept_at = _kept_at(arguments, config.data)
    baseline = _baseline(arguments, kept_at)
    with ExitStack() as stack, _progress() as progress:
        sets = _sets(arguments, config.data, stack)
        shared = stack.enter_context(shared_index(config))
        bench = Bench(
            config.data / FOLDER,
            encoder,
            config.strictness,
            arguments.limit,
            progress,
            shared,
            open_reader(config.reader, config.data),
        )
        answers = [bench.asked(one) for one in sets]
    results = tuple(compared(one, baseline) for one in answers)
    if arguments.save_baseline:
        kept = replace(baseline or Baseline(""), model=encoder.fingerprint)
        for one in answers:
            kept = kept.with_set(one.judged_set.name, one.runs)
        kept_at.parent.mkdir(parents=True, exist_ok=True)
        kept.write(kept_at)
    evaluation = Evaluation(
        made_at=datetime.now().astimezone(),
        model=encoder.fingerprint,
        strictness=config.strictness,
        baseline_model=baseline.model if baseline else None,
        results=results,
    )
    folder = arguments.report or config.data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    report = report_of(evaluation)
    text = json.dumps(report, ensure_ascii=False, indent=1)
    (folder / "report.json").write_text(text + "\n", "utf-8")
    (folder / "report.html").write_text(page_of(evaluation), "utf-8")
    if arguments.json:
        print_json(report)
        return OK
    print_table(results)
    print(f"Báo cáo: {folder / 'report.html'}, {folder / 'report.json'}")
    return OK


def _kept_at(arguments: argparse.Namespace, data: Path) -> Path:
    """Return where the baseline is: a committee's own questions keep theirs in its data folder."""
    own = data / FOLDER / "own" / "baseline.json"
    return arguments.baseline or (own if arguments.questions else BASELINE)


def _baseline(arguments: argparse.Namespace, path: Path) -> "Baseline | None":
    """Read the baseline; that of the project may be missing, one that was named may not."""
    if not path.exists() and (arguments.baseline is None or arguments.save_baseline):
        return None
    from retrieval.errors import BaselineError
    from retrieval.evaluation.baseline import Baseline

    try:
        return Baseline.read(path)
    except BaselineError as error:
        raise CommandError(str(error)) from error


def _sets(arguments: argparse.Namespace, data: Path, stack: ExitStack) -> "tuple[JudgedSet, ...]":
    from scripts._evaluation.sets import narrowed, of_library, own, samples, sets_of

    sets = []
    if arguments.samples:
        sets.append(stack.enter_context(samples()))
    if arguments.sets:
        found = sets_of(arguments.sets)
        if not found:
            raise CommandError(
                f"{arguments.sets}: không có bộ câu hỏi nào; cần thư mục có alqac/, xquad/ hoặc "
                "viquad/."
            )
        sets += found
    if arguments.corpus:
        sets.append(own(arguments.corpus, arguments.questions))
    elif arguments.questions:
        sets.append(of_library(data, arguments.questions))
    return narrowed(sets, arguments.legs, arguments.strip_diacritics)


def _progress() -> Progress:
    return Progress(console=Console(stderr=True), disable=not sys.stderr.isatty())


if __name__ == "__main__":
    run(main)
