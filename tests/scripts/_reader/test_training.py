from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from scripts._reader import training  # noqa: E402
from scripts._reader.arrays import Arrays  # noqa: E402
from scripts._reader.checkpoints import FILE, CheckpointError  # noqa: E402
from scripts._reader.figures import best_span  # noqa: E402
from scripts._reader.groups import Draw  # noqa: E402
from scripts._reader.network import Packer, Reader  # noqa: E402
from scripts._reader.preparation import prepare  # noqa: E402
from scripts._reader.rows import read_material  # noqa: E402
from scripts._reader.training import Settings, Trained, Training  # noqa: E402
from tests.support.reader_data import ToyBert, tokenise, write_folder  # noqa: E402

STEPS = 24
SETTINGS = Settings(steps=STEPS, rate=6e-3, dtype="float32", draw=Draw(groups=8, candidates=4))


class StoppedError(Exception):
    """The training is ended from outside."""


@pytest.fixture(scope="module")
def arrays(tmp_path_factory: pytest.TempPathFactory) -> Arrays:
    folder = write_folder(tmp_path_factory.mktemp("data"))
    return prepare(read_material([folder], written=None), tokenise).arrays


@pytest.fixture(autouse=True)
def _checkpoints_after_every_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "SAVED_SECONDS", 0)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)


def toy(arrays: Arrays, *, frozen: int = 0) -> Reader:
    source = ToyBert()
    return Reader(source, source.tensor("emb.word")[arrays.vocabulary], frozen=frozen)


def train(
    arrays: Arrays,
    folder: Path,
    *,
    settings: Settings = SETTINGS,
    resume: bool = False,
    tell: Callable[[str, dict[str, Any]], None] = lambda _what, _values: None,
) -> Trained:
    reader = toy(arrays, frozen=settings.frozen)
    return Training(arrays, reader, settings, folder, tell).run(resume=resume)


def test_a_few_steps_lower_the_loss(arrays: Arrays, tmp_path: Path) -> None:
    seen: list[float] = []

    def note(what: str, values: dict[str, Any]) -> None:
        if what == "step":
            seen.append(values["total"])

    trained = train(arrays, tmp_path, settings=replace(SETTINGS, steps=3 * STEPS), tell=note)
    assert len(seen) == trained.steps == 3 * STEPS
    assert sum(seen[-8:]) < 0.85 * sum(seen[:8])
    steps = [one["step"] for one in trained.curve]
    assert len(steps) == 5
    assert steps == sorted(steps)
    assert trained.figures.questions == arrays.held_out.sum()


def test_a_training_that_was_ended_goes_on_to_the_same_result(
    arrays: Arrays, tmp_path: Path
) -> None:
    def stop(what: str, values: dict[str, Any]) -> None:
        if what == "step" and values["step"] == 13:
            raise StoppedError

    whole = train(arrays, tmp_path)
    with pytest.raises(StoppedError):
        train(arrays, tmp_path, tell=stop)
    gone_on = train(arrays, tmp_path, resume=True)
    assert gone_on.steps == whole.steps
    assert gone_on.figures == whole.figures
    for name, weights in whole.weights.items():
        torch.testing.assert_close(gone_on.weights[name], weights)


def test_a_checkpoint_of_other_settings_is_refused(arrays: Arrays, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=f"chưa có {FILE}"):
        train(arrays, tmp_path, resume=True)
    short = Settings(steps=8, dtype="float32", draw=Draw(groups=2, candidates=2))
    train(arrays, tmp_path, settings=short)
    with pytest.raises(CheckpointError, match="tùy chọn khác"):
        train(arrays, tmp_path, resume=True)
    (tmp_path / FILE).write_bytes(b"PK\x03\x04 cut short")
    with pytest.raises(CheckpointError, match="bị hỏng"):
        train(arrays, tmp_path, settings=short, resume=True)


def test_frozen_layers_stay_as_they_are(arrays: Arrays, tmp_path: Path) -> None:
    short = Settings(steps=8, rate=3e-3, frozen=1, draw=Draw(groups=2, candidates=2))
    trained = train(arrays, tmp_path, settings=short)
    before = toy(arrays).state_dict()
    for name, weights in trained.weights.items():
        assert bool(torch.equal(weights, before[name])) == name.startswith("layers.0."), name


def test_neighbours_in_a_batch_change_nothing(arrays: Arrays) -> None:
    reader = toy(arrays).eval()
    packer = Packer(arrays, torch.device("cpu"))
    numbers = torch.arange(6)
    together = reader(packer.pack(numbers * arrays.variants, numbers))
    for one in range(6):
        alone = reader(
            packer.pack(numbers[one : one + 1] * arrays.variants, numbers[one : one + 1])
        )
        torch.testing.assert_close(together.relevance[one], alone.relevance[0])
        torch.testing.assert_close(together.spans[one, : alone.spans.shape[1]], alone.spans[0])


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_attention_is_the_same_in_either_type(arrays: Arrays, dtype: Any) -> None:
    reader = toy(arrays).eval()
    packed = Packer(arrays, torch.device("cpu")).pack(torch.arange(6), torch.arange(6))
    wanted = reader(packed).relevance
    reader.dtype = dtype
    torch.testing.assert_close(reader(packed).relevance, wanted, atol=0.02, rtol=0.05)


def test_the_best_span_does_not_end_before_it_starts() -> None:
    logits = torch.zeros(6, 2)
    logits[0] = 9.0  # "no answer" is no span
    logits[4, 0] = logits[2, 1] = 3.0
    logits[5, 1] = 1.0
    assert best_span(logits) == (4, 5)
