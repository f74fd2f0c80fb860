"""Every scene looks as it was reviewed; ``python -m tests.golden.scenarios`` rewrites them."""

from pathlib import Path

import pytest

from tests.golden.scenarios import GOLDEN, SCENARIOS, Scenario, golden_file, played


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
async def test_a_scene_looks_as_it_was_reviewed(scenario: Scenario, tmp_path: Path) -> None:
    assert await played(scenario, tmp_path) == golden_file(scenario).read_text("utf-8")


def test_no_scene_is_kept_that_nobody_plays() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == {s.__name__ for s in SCENARIOS}
