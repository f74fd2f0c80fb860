"""The parts of the benchmark one after the other, each measured in a process of its own."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from retrieval.errors import CorpusError
from retrieval.evaluation.datasets import read_questions
from retrieval.evaluation.run import strip_diacritics
from scripts._bench.kept import Kept
from scripts._bench.material import SMALL, Material, Say, material
from scripts._bench.measurements import Row, measured
from scripts._bench.peer import Asked, write
from scripts._bench.peers import NOT_MEASURED, PEERS
from scripts._bench.sections import Section, compared
from scripts._cli.command import CommandError
from scripts._evaluation.sets import JudgedSet, sets_of
from scripts._evaluation.words import number

MEASURED = "measured"  # under the folder of the libraries: the rows that were measured
_ENCODED = 96  # passages that the encoders are measured on
_PEER_QUESTIONS = 300  # each asked with and without diacritics: hit@1 within 1.5 points
_MODELS = (
    ("int8 trên onnxruntime", "int8", ""),
    ("float32 trên torch", "torch", "bundled-torch"),
)
_PARTS = ("build", "search", "recall", "add")
_GROWN = (
    "Văn bản sinh từ văn bản thật (đổi số, đổi thứ tự câu), vectơ là vectơ thật cộng nhiễu (cosin "
    "0,95); câu hỏi thật. Bộ nhớ riêng là phần tiến trình giữ cho mình; cả bộ nhớ còn tính các "
    "trang tệp ánh xạ đã đọc, hệ điều hành lấy lại được khi cần. Độ phủ: trong 50 đoạn gần nhất "
    "thật sự, tỷ lệ đoạn mà nhánh ngữ nghĩa tìm thấy."
)
_COMPARED = (
    "Cùng văn bản (XQuAD tiếng Việt, mỗi mục một đoạn văn), cùng máy, cùng trọng số e5-small. Thời "
    "gian nạp tính cả mở mô hình; bộ nhớ đo sau khi hỏi; hit@1 tính theo mục, {count} câu. Công "
    "cụ dùng torch được hỏi bằng một luồng hoặc mọi luồng, cách nào nhanh hơn thì lấy."
)

Keep = Callable[[tuple[Section, ...]], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured; ``data`` has the models, ``home`` keeps the generated libraries."""

    data: Path
    home: Path
    sizes: tuple[int, ...]
    questions: int
    sets: tuple[JudgedSet, ...]
    peers: bool
    reuse: bool = False

    def prepare(self, say: Say) -> tuple[Material, tuple[Path, ...]]:
        """Generate the libraries that are not there yet; raises CommandError."""
        made = material(self.data, self.sets, max(self.sizes), say)
        return made, tuple(made.library(self.home, size, say) for size in self.sizes)

    def run(self, say: Say, keep: Keep) -> tuple[Section, ...]:
        """Measure everything, giving ``keep`` what there is after each row; raises CommandError."""
        judged = self._judged() if self.peers else None
        made, places = self.prepare(say)
        kept = Kept(self.home / MEASURED, self.reuse)
        passages = random.Random(7).sample(made.real.texts, min(len(made.real.texts), _ENCODED))
        texts = self._texts("passages.json", passages)
        asked = self._texts("questions.json", made.questions[: self.questions])
        encoders = Section("Mã hóa", "Cùng trọng số, cùng đoạn văn.", ())
        grown = Section("Theo cỡ thư viện", _GROWN, ())
        peers = Section("Bên các công cụ khác", _COMPARED.format(count=_PEER_QUESTIONS), ())
        for title, name, model in _MODELS:
            say(title)
            row = kept.row(f"encoder-{name}", partial(self._encoder, title, model, texts))
            encoders = encoders.with_row(row)
            keep((encoders,))
        for size, place in zip(self.sizes, places, strict=True):
            row = _grown(size, place, asked, kept, say)
            grown = grown.with_row(row)
            keep((encoders, grown))
        if judged is None:
            return encoders, grown
        for name in PEERS:
            say(PEERS[name].title)
            row = kept.row(f"peer-{name}", partial(self._peer, name, *judged))
            peers = compared(peers.with_row(replace(row, remark=PEERS[name].returns)))
            keep((encoders, grown, peers))
        for title, reason in NOT_MEASURED:
            peers = peers.with_row(Row(title, (), missing=reason))
        keep((encoders, grown, peers))
        return encoders, grown, peers

    def _texts(self, name: str, texts: object) -> Path:
        path = self.home / name
        path.write_text(json.dumps(texts, ensure_ascii=False), "utf-8")
        return path

    def _encoder(self, title: str, model: str, texts: Path) -> Row:
        setting = ("--model", model) if model else ()
        part = ("encoder", "--home", str(self.data), "--texts", str(texts), *setting)
        return measured(title, "child", part)

    def _judged(self) -> tuple[Path, Path]:
        """Return the corpus that the peers are compared on, and the file of its questions."""
        judged = next((one for one in self.sets if one.name == SMALL), None)
        if judged is None or judged.corpus is None:
            raise CommandError("Cần xquad/ trong --sets để so sánh; hoặc thêm --no-peers.")
        try:
            every = read_questions(judged.questions)
        except CorpusError as error:
            raise CommandError(str(error)) from error
        chosen = every[:: max(1, len(every) // _PEER_QUESTIONS)][:_PEER_QUESTIONS]
        path = self.home / "peer-questions.json"
        asked = (
            Asked(one.question, strip_diacritics(one.question), tuple(sorted(one.relevant)))
            for one in chosen
        )
        write(path, tuple(asked))
        return judged.corpus, path

    def _peer(self, name: str, corpus: Path, questions: Path) -> Row:
        with TemporaryDirectory() as folder:
            given = (
                *("--corpus", str(corpus), "--questions", str(questions)),
                *("--data", str(self.data), "--folder", folder),
            )
            title = PEERS[name].title
            ingested = measured(title, "peer", ("ingest", name, *given))
            if ingested.missing:
                return ingested
            return ingested.joined(measured(title, "peer", ("ask", name, *given)))


def _grown(size: int, place: Path, asked: Path, kept: Kept, say: Say) -> Row:
    """Measure a generated library by its parts, each kept for itself: one may take minutes."""
    title = f"{number(size, 0)} đoạn"
    row = Row(title, (), size)
    for part in _PARTS:
        say(f"{title}: {part}")
        given = (part, "--home", str(place), "--texts", str(asked))
        measure = partial(measured, title, "child", given, size)
        row = row.joined(kept.row(f"{place.name}-{part}", measure))
    return row


def known_sets(folder: Path | None) -> tuple[JudgedSet, ...]:
    """Return the judged sets of a folder; raises CommandError where a named one has none."""
    found = sets_of(folder) if folder else ()
    if folder and not found:
        raise CommandError(f"{folder}: không có bộ câu hỏi nào; cần xquad/, alqac/ hoặc viquad/.")
    return found
