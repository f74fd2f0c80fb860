"""Fixtures shared by the tests."""

from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).parent.parent.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real documents and question sets that lies beside the project, if it does."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real documents are not beside the project")
    return SHARED_DATA
