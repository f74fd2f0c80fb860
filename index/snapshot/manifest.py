"""What a snapshot folder says it holds, and whether it does."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from index.errors import SnapshotError
from index.tokens import VERSION

FORMAT = 5  # raise when a file's form changes, so that older snapshots are built anew
NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot folder holds; ``checksums`` are (relative path, sha256) pairs.

    ``departed`` counts the removed passages that still weigh in the statistics of the sparse leg,
    though they are never found.
    """

    format: int
    model: str
    dimension: int
    tokenizer: str
    generation: int
    token: str
    passages: int
    departed: int
    checksums: tuple[tuple[str, str], ...]

    def write(self, folder: Path) -> None:
        """Write the manifest of a folder."""
        (folder / NAME).write_text(json.dumps(asdict(self), indent=1))


def read(folder: Path) -> Manifest:
    """Read a folder's manifest; raises SnapshotError."""
    try:
        values = json.loads((folder / NAME).read_text())
        if values["format"] != FORMAT or values["tokenizer"] != VERSION:
            raise SnapshotError(f"Chỉ mục {folder.name} thuộc phiên bản phần mềm khác.")
        checksums = tuple((str(name), str(digest)) for name, digest in values.pop("checksums"))
        return Manifest(checksums=checksums, **values)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise SnapshotError(f"Chỉ mục {folder.name} hỏng: không đọc được bản kê.") from error


def has_legs(manifest: Manifest) -> bool:
    """Say whether the two legs are in the folder, and not in an index that machines share."""
    return any(name == "dense.faiss" for name, _digest in manifest.checksums)


def check_model(folder: Path, manifest: Manifest, model: str, dimension: int) -> None:
    """Refuse an index of another model; raises SnapshotError."""
    if (manifest.model, manifest.dimension) != (model, dimension):
        raise SnapshotError(
            f"Chỉ mục {folder.name} được dựng bằng mô hình khác ({manifest.model}). Hãy chạy: "
            "python -m scripts.rebuild, hoặc đặt lại TRACUU_MODEL như cũ."
        )


def check_files(folder: Path, manifest: Manifest) -> None:
    """Compare every file with its checksum; raises SnapshotError."""
    for name, digest in manifest.checksums:
        path = folder / name
        if not path.is_file() or sha256(path) != digest:
            raise SnapshotError(f"Chỉ mục {folder.name} hỏng: tệp {name} thiếu hoặc đã bị đổi.")


def checksums(
    folder: Path, files: tuple[Path, ...], shared: Mapping[Path, str]
) -> tuple[tuple[str, str], ...]:
    """Return the checksums of files; those of ``shared`` are known."""
    return tuple(
        (path.relative_to(folder).as_posix(), shared.get(path) or sha256(path)) for path in files
    )


def sha256(path: Path) -> str:
    """Return the sha256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
