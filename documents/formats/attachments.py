"""Documents inside a document: what is attached to a PDF or embedded in an office file."""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath

from documents.formats.pdf.document import attached_to_pdf
from documents.formats.zip_file import DAMAGE, MOST_FILES, Member

_EMBEDDED = "embeddings"  # the folder of an office file in which other files are kept
_MOST_BYTES = 100 * 1024 * 1024  # of one: as of any file that is read
NAME = "đính kèm"


def is_embedded(name: str) -> bool:
    """Whether a part of an office file is a file of its own."""
    return PurePosixPath(name).parent.name == _EMBEDDED


def unpack_attached(path: Path, folder: Path, wanted: Callable[[str], bool]) -> tuple[Member, ...]:
    """Write the wanted documents inside a document into a folder, under numbers.

    One that cannot be taken comes back with its reason, which follows its name.
    """
    members = []
    for number, (name, content) in enumerate(_inside(path)):
        shown = "".join(filter(str.isprintable, PurePosixPath(name.replace("\\", "/")).name))
        if not wanted(shown):
            continue
        file = folder / f"{number:06}{PurePosixPath(shown).suffix.lower()}"
        if len(content) > _MOST_BYTES or number >= MOST_FILES:
            members.append(Member(shown, file, "quá lớn; hãy tách ra và thêm riêng"))
            continue
        file.write_bytes(content)
        members.append(Member(shown, file))
    return tuple(members)


def _inside(path: Path) -> Iterable[tuple[str, bytes]]:
    return attached_to_pdf(path) if path.suffix.lower() == ".pdf" else _embedded(path)


def _embedded(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                if is_embedded(entry.filename) and entry.file_size <= _MOST_BYTES:
                    yield entry.filename, archive.read(entry)
    except DAMAGE:
        return
