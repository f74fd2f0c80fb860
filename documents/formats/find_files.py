"""Which files a list of files and folders means."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from documents import errors
from documents.formats import zip_file
from documents.formats.read import SUFFIXES as READ

SUFFIXES = (*READ, zip_file.SUFFIX)
_LEFT_BY_SYSTEMS = frozenset(("thumbs.db", "desktop.ini", "ehthumbs.db"))


@dataclass(frozen=True, slots=True)
class Gathered:
    """Files to read in order, what could not be listed and why, and which were passed over."""

    files: tuple[Path, ...]
    refused: tuple[tuple[Path, str], ...]
    ignored: tuple[Path, ...]


def gather(paths: Sequence[Path], without: Path | None = None) -> Gathered:
    """Expand folders into the documents they hold, by name; a file that is named stands as it is.

    Within folders, files of other kinds are passed over. No word is lost on what is nobody's
    document: hidden files, what systems and office programs leave, a README, which speaks of the
    folder, and the parts of a saved web page. ``without`` is a data folder, whose originals are no
    documents to add.
    """
    files: list[Path] = []
    refused: list[tuple[Path, str]] = []
    ignored: list[Path] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        faults: list[OSError] = []
        inside = list(_walk(path, without, faults))
        documents = [file for file in inside if _is_document(file)]
        files.extend(documents)
        ignored.extend(file for file in inside if not _is_document(file))
        refused.extend((Path(error.filename or path), errors.line(error)) for error in faults)
        if not documents and not faults:
            refused.append((path, _nothing_in(path)))
    return Gathered(tuple(files), tuple(refused), tuple(ignored))


def _walk(folder: Path, without: Path | None, faults: list[OSError]) -> Iterator[Path]:
    hidden = without.absolute() if without else None
    for root, folders, names in os.walk(folder, onerror=faults.append):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and (Path(root) / name).absolute() != hidden
            and not _is_of_page(name, names)
        )
        yield from (Path(root) / name for name in sorted(names) if not _is_passing(name))


def _is_passing(name: str) -> bool:
    is_left = name.lower() in _LEFT_BY_SYSTEMS or name.startswith((".", "~$"))
    return is_left or Path(name).stem.lower() == "readme"


def _is_of_page(folder: str, names: Sequence[str]) -> bool:
    """Whether a browser saved a folder beside a page: its pictures, frames and advertisements."""
    page = folder.removesuffix("_files")
    return page != folder and any(f"{page}{suffix}" in names for suffix in (".html", ".htm"))


def _is_document(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES


def _nothing_in(folder: Path) -> str:
    kinds = ", ".join(sorted(suffix.lstrip(".").upper() for suffix in SUFFIXES))
    return f"{folder}: thư mục không có văn bản nào đọc được ({kinds}); hãy kiểm tra lại đường dẫn."
