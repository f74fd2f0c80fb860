"""ZIP archives within bounds: what they unpack to, how deep they nest, and where it is written."""

import stat
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from documents.errors import DocumentError
from documents.vietnamese.normalize import normalize, share_of_syllables

SUFFIX = ".zip"
MOST_FILES = 2_000  # in an archive with those inside it
MOST_BYTES = 1024 * 1024 * 1024  # of all that an archive unpacks to
LARGEST_OFFICE_FILE = 500 * 1024 * 1024  # bytes unpacked; a hundred times what long ones need
DEEPEST = 3  # archives inside archives
HIGHEST_RATIO = 200  # of a file over a megabyte; text packs to a tenth, a bomb to a thousandth
_LARGE = 2**20
_PIECE = 2**16
_LONGEST_STEM = 200  # bytes of a file's name
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
_ENCRYPTED = 0x1  # flags of a member


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive: its path as the archive names it, and where it was unpacked.

    ``reason`` tells, after the name, why it could not be; the file is then absent.
    """

    name: str
    file: Path
    reason: str | None = None


def check_unpacked(path: Path) -> None:
    """Refuse an office file that unpacks to too much; raises BadZipFile on a damaged one."""
    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > LARGEST_OFFICE_FILE:
            raise DocumentError(path, "tệp nén bất thường; hãy lấy lại tệp gốc.")
        if damaged := archive.testzip():
            raise zipfile.BadZipFile(damaged)


def unpack(path: Path, folder: Path, wanted: Callable[[str], bool]) -> tuple[Member, ...]:
    """Unpack the wanted files of an archive, and of those inside it, into a folder.

    They are written under numbers, so that no name in an archive decides a path. What is damaged
    or out of bounds comes back with its reason; raises DocumentError where that is the whole.
    """
    unpacking = _Unpacking(folder, wanted)
    if reason := unpacking.open(path, "", 1):
        raise DocumentError(path, f"{reason}.")
    return tuple(unpacking.members)


class _Unpacking:
    """What is unpacked of one archive, and how far its bounds are used up."""

    def __init__(self, folder: Path, wanted: Callable[[str], bool]) -> None:
        self.folder = folder
        self.wanted = wanted
        self.members: list[Member] = []
        self.files = 0
        self.taken = 0
        self.bytes = 0

    def open(self, path: Path, prefix: str, depth: int) -> str | None:
        """Unpack an archive; returns what is wrong with it as a whole."""
        try:
            with zipfile.ZipFile(path) as archive:
                entries = [entry for entry in archive.infolist() if _is_file(entry)]
                self.files += len(entries)
                if self.files > MOST_FILES:
                    return f"tệp ZIP có hơn {MOST_FILES} tệp; hãy chia thành các tệp nhỏ hơn"
                for entry in entries:
                    self._take(archive, entry, prefix + _name(entry), depth)
        except DAMAGE:
            return "tệp ZIP hỏng; hãy lấy lại tệp gốc"
        return None

    def _take(
        self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, depth: int
    ) -> None:
        nested = name.lower().endswith(SUFFIX)
        if not nested and not self.wanted(name):
            return
        file = self.folder / f"{self.taken:06}" / _short(name.rsplit("/", 1)[-1])
        self.taken += 1
        reason = self._refusal(entry, depth + nested) or self._write(archive, entry, file)
        if nested and reason is None:
            reason = self.open(file, f"{name}/", depth + 1)
        if nested:
            file.unlink(missing_ok=True)
        if reason or not nested:
            self.members.append(Member(name, file, reason))

    def _refusal(self, entry: zipfile.ZipInfo, depth: int) -> str | None:
        if depth > DEEPEST:
            return f"lồng sâu quá {DEEPEST} tầng tệp ZIP; hãy giải nén rồi thêm lại"
        if entry.flag_bits & _ENCRYPTED:
            return "có mật khẩu; hãy giải nén rồi thêm lại"
        if entry.file_size > max(_LARGE, HIGHEST_RATIO * entry.compress_size):
            return "nén bất thường; hãy lấy lại tệp gốc"
        if self.bytes + entry.file_size > MOST_BYTES:
            return f"tệp ZIP giải nén ra quá {MOST_BYTES // 2**20} MB; hãy chia nhỏ"
        return None

    def _write(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, file: Path) -> str | None:
        """Unpack a file piece by piece; zipfile gives no more than the size that was checked."""
        try:
            file.parent.mkdir()
            with archive.open(entry) as source, file.open("wb") as target:
                while piece := source.read(_PIECE):
                    self.bytes += len(piece)
                    target.write(piece)
        except DAMAGE:
            file.unlink(missing_ok=True)
            return "hỏng trong tệp ZIP; hãy lấy lại tệp gốc"
        return None


def _is_file(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is an ordinary file, not a folder, a link, or what systems leave beside."""
    mode = entry.external_attr >> 16
    if (
        not entry.filename
        or entry.is_dir()
        or (mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode))
    ):
        return False
    parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
    return not any(part.startswith((".", "__MACOSX", "~$")) and part != ".." for part in parts)


def _name(entry: zipfile.ZipInfo) -> str:
    """Return a member's path, clean for display; zipfile reads unmarked names as code page 437."""
    name = _spelled(entry.filename)  # some programs mark as UTF-8 what they read wrong themselves
    parts = PurePosixPath(name.replace("\\", "/")).parts
    kept = [part for part in parts if part not in ("/", "..", ".")]
    return "/".join("".join(filter(str.isprintable, part)) for part in kept) or "?"


def _spelled(name: str) -> str:
    """Return a name that was read as code page 437 in the code page it was written in."""
    names = []
    for encoding in ("cp437", "utf-8", "cp1258"):
        with suppress(UnicodeError):
            names.append(normalize(name.encode("cp437").decode(encoding)))
    return max(names, key=lambda one: (one.isascii(), share_of_syllables(one)), default=name)


def _short(name: str) -> str:
    """Return a file name that every file system takes: at most 255 bytes, with its ending."""
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        stem, suffix = name, ""
    short = stem.encode(errors="replace")[:_LONGEST_STEM].decode(errors="ignore")
    return f"{short}{dot}{suffix.encode(errors='replace')[:20].decode(errors='ignore')}" or "?"
