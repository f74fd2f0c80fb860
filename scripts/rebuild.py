"""Encode what a model has not encoded yet, build the index anew beside the live one, and switch."""

import argparse
from collections.abc import Sequence

from bot.config import read_config
from documents.store import lock
from documents.store.encoder_models import Model
from documents.store.library import Library
from index.ingest.encoding import encode_lacking
from scripts._cli.command import (
    OK,
    LazyEncoder,
    Parser,
    existing_library,
    guarded,
    print_json,
    run,
    update_index,
)
from scripts._cli.file_results import byte_progress
from scripts._cli.journal import journal

BUNDLED = "bundled"  # what --model calls the model that ships with the software


def main(argv: Sequence[str] | None = None) -> int:
    """Rebuild the index of the data folder that the arguments name."""
    parser = Parser("rebuild", "Mã hóa lại thư viện bằng mô hình đang đặt và dựng lại chỉ mục.")
    parser.choices.add_argument(
        "--model",
        metavar="TÊN",
        help="chuyển thư viện sang mô hình này: thư mục hoặc tên trên hub, "
        f"{BUNDLED} là mô hình kèm theo; bot trả lời bằng mô hình cũ cho đến khi xong",
    )
    arguments = parser.parse(argv)
    return guarded(lambda: _rebuild(arguments))


def _rebuild(arguments: argparse.Namespace) -> int:
    config = read_config(arguments.data)
    with existing_library(config.data) as library:
        with lock.writing(config.data):
            pass  # refused now rather than after hours of encoding
        in_use = library.models.in_use
        setting = _setting(arguments.model, config.model, in_use)
        encoder = LazyEncoder(setting, config.data)
        with byte_progress() as advance, journal(config.data, "rebuild") as log:

            def told(done: int, total: int) -> None:
                advance("mã hóa", done, total)

            # Without the lock: documents may be added meanwhile, and are encoded at the end.
            encoded = encode_lacking(library, encoder, _texts(library), told)
            with lock.writing(config.data):
                texts = _texts(library)
                encoded += encode_lacking(library, encoder, texts, told)
                update_index(config, library, encoder, anew=True)
                model = Model(setting, encoder.fingerprint, encoder.dimension)
                switched = in_use is not None and in_use.fingerprint != model.fingerprint
                if in_use != model:
                    library.use_model(model)
                    update_index(config, library, encoder)
                log.info("%d đoạn, mã hóa thêm %d, mô hình %s", len(texts), encoded, model)
    if arguments.json:
        print_json(
            {
                "passages": len(texts),
                "encoded": encoded,
                "model": model.fingerprint,
                "switched": switched,
            }
        )
        return OK
    print(f"Đã dựng lại chỉ mục: {len(texts)} đoạn, mã hóa thêm {encoded} đoạn.")
    if switched:
        print("Thư viện đã chuyển sang mô hình mới; bot đang chạy tự chuyển theo.")
    if config.model is not None and config.model != setting:
        print(f"TRACUU_MODEL đang là {config.model}: hãy bỏ trống hoặc đặt lại thành {setting}.")
    return OK


def _setting(wanted: str | None, configured: str | None, in_use: Model | None) -> str:
    """Return the model as it is set: "" is the bundled one."""
    if wanted is not None:
        return "" if wanted == BUNDLED else wanted
    return configured or (in_use.setting if in_use else "")


def _texts(library: Library) -> tuple[str, ...]:
    return library.indexed_texts(library.passage_keys().tolist())


if __name__ == "__main__":
    run(main)
