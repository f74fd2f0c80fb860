"""What a layer offers is named in its package, and costs nothing until it is used."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ("documents", "index", "retrieval")


@pytest.mark.parametrize("layer", LAYERS)
def test_every_name_of_a_layer_is_the_one_of_its_home(layer: str) -> None:
    package = import_module(layer)
    assert sorted(package._HOMES) == package.__all__
    for name, home in package._HOMES.items():
        assert getattr(package, name) is getattr(import_module(home), name)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_name_that_a_layer_does_not_have_is_an_attribute_error(layer: str) -> None:
    with pytest.raises(AttributeError, match="Librarian"):
        _ = import_module(layer).Librarian


def test_to_import_the_layers_is_to_import_no_library() -> None:
    lines = (
        "import sys; before = set(sys.modules); import documents, index, retrieval; "
        "print(*sorted({name.split('.')[0] for name in set(sys.modules) - before}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", lines], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert set(done.stdout.split()) <= {*LAYERS, *sys.stdlib_module_names}
