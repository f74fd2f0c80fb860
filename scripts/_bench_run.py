"""The parts of the benchmark one after the other, each measured in a process of its own."""

import hashlib
import json
import random
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from index.corpus import CorpusError
from index.encoder import EncoderError, load_encoder
from scripts._bench_figures import Row, measured
from scripts._bench_library import Real, grow
from scripts._bench_page import Section
from scripts._evaluation_sets import JudgedSet, samples, sets_of
from scripts._evaluation_words import number
from scripts._terminal import CommandError

_EVALUATION = "evaluation"  # under DATA_DIR: the real sets with their vectors
_ENCODED = 96  # passages that the encoders are measured on
_ALL_SETS_FROM = 20_000  # passages for which the words of the smallest set would be too few
_SMALL = "xquad-vi"
_MODELS = (("int8 trên onnxruntime", ""), ("float32 trên torch", "bundled-torch"))
_PEERS = (
    ("Tra Cứu, cả câu trả lời", "tracuu"),
    ("sentence-transformers + FAISS, đoạn 500 ký tự", "faiss"),
    ("bm25s, từ nguyên dạng", "bm25s"),
    ("txtai, kết hợp", "txtai"),
)
_GROWN = (
    "Văn bản sinh từ văn bản thật (đổi số, đổi thứ tự câu), vectơ là vectơ thật cộng nhiễu (cosin "
    "0,95); câu hỏi thật. Bộ nhớ tính cả phần tệp ánh xạ đã đọc."
)
_COMPARED = (
    "Cùng văn bản (XQuAD tiếng Việt), cùng máy, cùng trọng số e5-small. Tra Cứu tính cả khôi phục "
    "dấu, xếp hạng và trích câu trả lời; các công cụ khác chỉ trả về một đoạn."
)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured; ``data`` has the models, ``home`` keeps the generated libraries."""

    data: Path
    home: Path
    sizes: tuple[int, ...]
    questions: int
    sets: tuple[JudgedSet, ...]
    peers: bool

    def run(self, say: Say) -> tuple[Section, ...]:
        """Measure everything; raises CommandError."""
        real, questions = self._material(say)
        drawn = random.Random(7)
        drawn.shuffle(questions)
        passages = drawn.sample(list(real.texts), min(len(real.texts), _ENCODED))
        asked = self._kept("questions.json", questions[: self.questions])
        say("mã hóa")
        sections = [Section("Mã hóa", "Cùng trọng số, cùng đoạn văn.", self._encoders(passages))]
        grown = []
        for size in self.sizes:
            say(f"{number(size, 0)} đoạn")
            grown.append(self._grown(size, real, asked))
        sections.append(Section("Theo cỡ thư viện", _GROWN, tuple(grown)))
        if self.peers:
            sections.append(self._peers(say))
        return tuple(sections)

    def _kept(self, name: str, texts: list[str]) -> Path:
        path = self.home / name
        path.write_text(json.dumps(texts, ensure_ascii=False), "utf-8")
        return path

    def _material(self, say: Say) -> tuple[Real, list[str]]:
        """Return the real passages to vary, and the questions to ask."""
        wanted = (_SMALL, "alqac", "viquad") if max(self.sizes) > _ALL_SETS_FROM else (_SMALL,)
        libraries, questions = [], []
        try:
            with ExitStack() as stack:
                encoder = load_encoder(None, self.data)
                sets = [stack.enter_context(samples())]
                for one in (*sets, *(one for one in self.sets if one.name in wanted)):

                    def tell(done: int, count: int, name: str = one.name) -> None:
                        say(f"{name}: mã hóa {done}/{count}")

                    opened = one.opened(self.data / _EVALUATION, encoder, tell)
                    library, judged = stack.enter_context(opened)
                    libraries.append(library)
                    questions += [question.question for question in judged]
                return Real.of(libraries, encoder.fingerprint), questions
        except (CorpusError, EncoderError) as error:
            raise CommandError(str(error)) from error

    def _encoders(self, passages: list[str]) -> tuple[Row, ...]:
        texts = str(self._kept("passages.json", passages))
        rows = []
        for title, model in _MODELS:
            setting = ("--model", model) if model else ()
            part = ("encoder", "--home", str(self.data), "--texts", texts, *setting)
            rows.append(measured(title, "_bench_child", part))
        return tuple(rows)

    def _grown(self, size: int, real: Real, asked: Path) -> Row:
        """Generate a library, and measure it by its parts."""
        model = load_encoder(None, self.data).fingerprint
        digest = hashlib.sha256("\0".join((model, *real.texts)).encode()).hexdigest()[:8]
        place = self.home / f"library-{size}-{digest}"
        grow(place, real, model, size).close()
        models = place / "models"
        if not models.is_symlink():
            models.symlink_to((self.data / "models").resolve())
        title = f"{number(size, 0)} đoạn"
        rows = []
        for part in ("build", "search", "add"):
            given = (part, "--home", str(place), "--texts", str(asked))
            rows.append(measured(title, "_bench_child", given, size))
        figures = tuple(figure for row in rows for figure in row.figures)
        return Row(title, figures, size, "; ".join(row.missing for row in rows if row.missing))

    def _peers(self, say: Say) -> Section:
        judged = next((one for one in self.sets if one.name == _SMALL), None)
        if judged is None or judged.corpus is None:
            raise CommandError("Cần xquad/ trong --sets để so sánh; hoặc thêm --no-peers.")
        files = ("--corpus", str(judged.corpus), "--questions", str(judged.questions))
        given = (*files, "--models", str(self.data / "models"), "--count", str(self.questions))
        rows = []
        for title, name in _PEERS:
            say(title)
            rows.append(measured(title, "_bench_peers", (name, *given)))
        return Section("Bên các công cụ khác", _COMPARED, tuple(rows))


def known_sets(folder: Path | None) -> tuple[JudgedSet, ...]:
    """Return the judged sets of a folder; raises CommandError where a named one has none."""
    found = sets_of(folder) if folder else ()
    if folder and not found:
        raise CommandError(f"{folder}: không có bộ câu hỏi nào; cần xquad/, alqac/ hoặc viquad/.")
    return found
