"""Documents inside a document: what is attached to a PDF or embedded in an office file."""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath

from documents.formats.docx_file import embedded
from documents.formats.pdf.document import attached_to_pdf
from documents.formats.zip_file import DAMAGE, MOST_FILES, SUFFIX, Member, unpack

_MOST_BYTES = 100 * 1024 * 1024  # of one: as of any file that is read


def unpack_file(path: Path, folder: Path, wanted: Callable[[str], bool]) -> tuple[Member, ...]:
    """Write the documents inside an archive, or inside another document, into a folder."""
    take = unpack if path.suffix.lower() == SUFFIX else unpack_attached
    return take(path, folder, wanted)


def unpack_attached(path: Path, folder: Path, wanted: Callable[[str], bool]) -> tuple[Member, ...]:
    """Write the documents inside a document into a folder, under numbers.

    One that is not wanted, or cannot be taken, comes back with its reason, which follows its name.
    """
    members = []
    for number, (name, content) in enumerate(_inside(path)):
        shown = "".join(filter(str.isprintable, PurePosixPath(name.replace("\\", "/")).name))
        file = folder / f"{number:06}{PurePosixPath(shown).suffix.lower()}"
        if not wanted(shown):
            members.append(Member(shown, file, "không thuộc định dạng được hỗ trợ, không đọc"))
            continue
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
            for name in embedded(path):
                if archive.getinfo(name).file_size <= _MOST_BYTES:
                    yield name, archive.read(name)
    except DAMAGE:
        return
