"""A tiny data folder to train a reader on, and a toy of the model it begins with."""

import gzip
import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoders.bundled.weights import Dimensions

COMMUNES = 40
TOKENS = 2_000


def write_rows(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    raw = text.encode()
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)


def members(commune: int) -> int:
    return 100 + 7 * commune


def commune_text(commune: int) -> str:
    return (
        f"Đảng bộ xã Thử {commune} họp ngày {1 + commune % 28}/5/2025. "
        f"Đảng bộ có {members(commune)} đảng viên. "
        f"Bí thư là đồng chí Trần Văn {chr(65 + commune % 26)}. "
        "Đại hội bàn về nông thôn mới."
    )


def write_folder(folder: Path) -> Path:
    """Write texts and questions in the written form, and some in that of reading/."""
    write_rows(
        folder / "documents.jsonl",
        (
            {"id": f"xa-{one}", "title": f"Báo cáo xã {one}", "text": commune_text(one)}
            for one in range(COMMUNES)
        ),
    )
    rows = []
    for one in range(COMMUNES):
        asked = (
            (f"Đảng bộ xã Thử {one} có bao nhiêu đảng viên?", f"{members(one)} đảng viên", None),
            (f"Bí thư xã Thử {one} là ai?", f"đồng chí Trần Văn {chr(65 + one % 26)}", None),
            (f"Xã Thử {one} có {members(one)} đảng viên phải không?", f"{members(one)}", "yes"),
            (f"Đảng bộ xã Thử {one} có mấy chi bộ?", "", None),
        )
        rows += [
            {"doc": f"xa-{one}", "q": question, "answer": answer, "yesno": verdict}
            for question, answer, verdict in asked
        ]
    write_rows(folder / "questions.jsonl", rows)
    return folder


def write_reading(folder: Path, questions: Sequence[dict[str, Any]], text: str) -> Path:
    """Write a reading/ with one passage, number 0, and rows about it."""
    write_rows(folder / "reading" / "passages.jsonl.gz", [{"id": 0, "text": text}])
    usual = {"context_id": 0, "answers": [], "impossible": False, "src": "mlqa_dev"}
    write_rows(
        folder / "reading" / "questions.jsonl.gz",
        [usual | {"history": None} | question for question in questions],
    )
    return folder


def tokenise(words: Sequence[str]) -> list[list[int]]:
    """Give every word one token by its hash."""
    return [
        [4 + int(hashlib.sha256(word.lower().encode()).hexdigest()[:8], 16) % (TOKENS - 4)]
        for word in words
    ]


class ToyBert:
    """A BERT of two layers with random weights, the same every time."""

    dimensions = Dimensions(
        hidden=32, layers=2, heads=4, inner=64, vocabulary=TOKENS, positions=512, types=1
    )

    def tensor(self, name: str) -> NDArray[np.float32]:
        sizes = self.dimensions
        part = name.split(".", 1)[1]
        if part.endswith("ln.w"):
            return np.ones(sizes.hidden, np.float32)
        shape: tuple[int, ...] = {
            "word": (sizes.vocabulary, sizes.hidden),
            "pos": (sizes.positions, sizes.hidden),
            "type": (sizes.types, sizes.hidden),
            "fi.w": (sizes.inner, sizes.hidden),
            "fi.b": (sizes.inner,),
            "fo.w": (sizes.hidden, sizes.inner),
        }.get(part, (sizes.hidden,) if part.endswith(".b") else (sizes.hidden, sizes.hidden))
        seed = int(hashlib.sha256(name.encode()).hexdigest()[:8], 16)
        scale = 0.3 if part in ("word", "pos") else 0.15
        return np.random.default_rng(seed).normal(0, scale, shape).astype(np.float32)
