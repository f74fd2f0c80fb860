"""What the generated libraries are made of and asked: the passages and questions of the sets."""

import hashlib
import random
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from index.encoders.load import load_encoder
from index.errors import EncoderError
from retrieval.errors import CorpusError
from scripts._bench.library import Real, grow
from scripts._cli.command import CommandError
from scripts._evaluation.sets import JudgedSet, samples
from scripts._evaluation.words import number

_EVALUATION = "evaluation"  # under DATA_DIR: the real sets with their vectors
_ALL_SETS_FROM = 20_000  # passages for which the words of the smallest set would be too few
SMALL = "xquad-vi"
_LARGE = (SMALL, "alqac", "viquad")

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Material:
    """Real passages to vary and real questions, in an order that is drawn once for all runs.

    ``model`` is the fingerprint of the encoder, ``data`` the folder that has the model.
    """

    data: Path
    model: str
    real: Real
    questions: tuple[str, ...]

    def library(self, home: Path, size: int, say: Say) -> Path:
        """Return the folder of a library of ``size`` passages under ``home``, generated once.

        It is named after what it is made of, so that it never serves other material.
        """
        digest = hashlib.sha256("\0".join((self.model, *self.real.texts)).encode()).hexdigest()[:8]
        place = home / f"library-{size}-{digest}"

        def tell(done: int, count: int) -> None:
            say(f"sinh {number(done, 0)}/{number(count, 0)} đoạn")

        grow(place, self.real, self.model, size, tell).close()
        models = place / "models"
        if not models.is_symlink():
            models.symlink_to((self.data / "models").resolve())
        return place


def material(data: Path, sets: tuple[JudgedSet, ...], largest: int, say: Say) -> Material:
    """Take the sets, or the samples where there are none; raises CommandError.

    What is not yet encoded is encoded. A small library is made of the smallest set alone, so that
    a first run is short.
    """
    wanted = _LARGE if largest > _ALL_SETS_FROM else (SMALL,)
    libraries, questions = [], []
    try:
        with ExitStack() as stack:
            encoder = load_encoder(None, data)
            chosen = [one for one in sets if one.name in wanted]
            for one in chosen or [stack.enter_context(samples())]:

                def tell(done: int, count: int, name: str = one.name) -> None:
                    say(f"{name}: mã hóa {done}/{count}")

                library, judged = stack.enter_context(one.opened(data / _EVALUATION, encoder, tell))
                libraries.append(library)
                questions += [question.question for question in judged]
            real = Real.of(libraries, encoder.fingerprint)
    except (CorpusError, EncoderError) as error:
        raise CommandError(str(error)) from error
    random.Random(7).shuffle(questions)
    return Material(data, encoder.fingerprint, real, tuple(questions))
