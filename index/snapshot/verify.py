"""Whether what is searched is what the library holds."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from documents.errors import LibraryError
from documents.store.library import Library
from index.errors import SnapshotError
from index.snapshot import folders, manifest
from index.snapshot.snapshot import Snapshot, is_of, load

if TYPE_CHECKING:
    from index.postgres.index import Shared  # not at run time: its packages are optional

_CHUNK = 2_000  # vectors compared at a time


def verify(
    root: Path, library: Library, model: str, dimension: int, shared: "Shared | None" = None
) -> tuple[str, ...]:
    """Name every fault of the newest snapshot in one Vietnamese line each; nothing is changed."""
    present = folders.of(root)
    if not present:
        return ("Chưa có chỉ mục; chỉ mục sẽ được dựng lại khi khởi động.",)
    with library.reading():
        try:
            folder, found = folders.of_model(present, model)
            manifest.check_model(folder, found, model, dimension)
            manifest.check_files(folder, found)
            snapshot = load(folder, found, library, shared)
        except SnapshotError as error:
            return (str(error),)
        return _against(library, snapshot, model)


def _against(library: Library, snapshot: Snapshot, model: str) -> tuple[str, ...]:
    """Name what differs between a sound snapshot and the library."""
    name, found = snapshot.folder.name, snapshot.manifest
    if found.generation > library.generation:
        return (f"Chỉ mục {name} mới hơn thư viện (thế hệ {library.generation}).",)
    if not is_of(found, library):
        return (f"Chỉ mục {name} thuộc một thư viện khác hoặc một bản sao lưu khác.",)
    if found.generation < library.generation:
        return ()  # it is caught up when it is next opened
    keys = library.passage_keys()
    if snapshot.shared is not None:
        own = () if np.array_equal(snapshot.forward.keys(), keys) else (_unlike(name),)
        return (*own, *snapshot.shared.faults(library, model, found.dimension))
    parts = (snapshot.dense, snapshot.sparse, snapshot.forward)
    if not all(np.array_equal(part.keys(), keys) for part in parts):
        return (_unlike(name),)
    if library.lacking_documents(model):
        return ()  # named document by document
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK].tolist()
        try:
            stored = library.vectors(model, chunk)
        except LibraryError as error:
            return (str(error),)
        if not np.array_equal(snapshot.dense.vectors(chunk), stored):
            return (f"Chỉ mục {name} không khớp các vectơ trong thư viện.",)
    return ()


def _unlike(name: str) -> str:
    return f"Chỉ mục {name} không khớp các đoạn trong thư viện."
