"""What this software refuses, drawn once; each message is one Vietnamese line with the remedy.

TraCuuError
├── DocumentError            a file
│   ├── OtherVersionError    a file of a văn bản that is there in other bytes
│   └── StateSecretError     a file that is stamped as a state secret, or may be
├── LibraryError             a store of ours: library.db, the log of questions, who may ask
│   └── LibraryInUseError    another process is changing the library
└── BackupError              a backup
"""

import errno
from pathlib import Path

_REASONS = {
    errno.EACCES: "không có quyền truy cập; hãy cấp quyền đọc, ghi cho tài khoản đang chạy lệnh",
    errno.EPERM: "không có quyền truy cập; hãy cấp quyền đọc, ghi cho tài khoản đang chạy lệnh",
    errno.EROFS: "ổ đĩa chỉ cho đọc; hãy chọn thư mục khác bằng --data",
    errno.ENOSPC: "ổ đĩa đã hết chỗ; hãy giải phóng dung lượng rồi chạy lại",
    errno.EDQUOT: "đã hết hạn mức dung lượng; hãy giải phóng dung lượng rồi chạy lại",
    errno.ENOTDIR: "đường dẫn đi qua một tệp, không phải thư mục; hãy kiểm tra lại đường dẫn",
    errno.EEXIST: "đã có một tệp ở chỗ của thư mục; hãy chọn thư mục khác bằng --data",
    errno.ENOENT: "không tìm thấy; hãy kiểm tra lại đường dẫn",
    errno.EISDIR: "là thư mục, không phải tệp; hãy kiểm tra lại đường dẫn",
    errno.ENAMETOOLONG: "đường dẫn quá dài; hãy rút ngắn tên tệp hoặc thư mục",
    errno.ELOOP: "liên kết vòng; hãy chỉ thẳng đến tệp gốc",
    errno.EMFILE: "đang mở quá nhiều tệp; hãy tăng giới hạn (ulimit -n) rồi chạy lại",
    errno.EIO: "ổ đĩa báo lỗi đọc ghi; hãy kiểm tra ổ đĩa rồi chạy lại",
}


class TraCuuError(Exception):
    """What the person who runs or asks the software can do something about."""


class DocumentError(TraCuuError):
    """A file that cannot be used: its path, and the reason with the remedy."""

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"

    def under(self, path: Path) -> "DocumentError":
        """Return the same of the path that the file is known by."""
        return type(self)(path, self.reason)


class OtherVersionError(DocumentError):
    """A file of a văn bản that is there in other bytes, whose place it was not told to take.

    ``number`` is that of the văn bản.
    """

    def __init__(self, path: Path | str, reason: str, number: str | None = None) -> None:
        super().__init__(path, reason)
        self.number = number

    def under(self, path: Path) -> "OtherVersionError":
        """Return the same of the path that the file is known by."""
        return OtherVersionError(path, self.reason, self.number)


class StateSecretError(DocumentError):
    """A file with the stamp of a ``level``; ``is_certain`` is False where somebody has to look."""

    def __init__(self, path: Path | str, reason: str, level: str, is_certain: bool) -> None:
        super().__init__(path, reason)
        self.level = level
        self.is_certain = is_certain

    def under(self, path: Path) -> "StateSecretError":
        """Return the same of the path that the file is known by."""
        return StateSecretError(path, self.reason, self.level, self.is_certain)


class LibraryError(TraCuuError):
    """A store that cannot be used."""


class LibraryInUseError(LibraryError):
    """Another process is changing the library; the message names it."""


class BackupError(TraCuuError):
    """A backup that cannot be made, or cannot be put back."""


def line(error: OSError) -> str:
    """Return one line that names the path, what is wrong and the remedy."""
    return f"{error.filename}: {_reason(error)}." if error.filename else _as_sentence(error)


def reason_for(error: OSError, path: Path) -> str:
    """Return what kept a file from being used, without its path; another path is named."""
    if error.filename and Path(error.filename) == path:
        return f"{_reason(error)}."
    return line(error)


def _as_sentence(error: OSError) -> str:
    return f"{_reason(error).capitalize()}."


def _reason(error: OSError) -> str:
    return _REASONS.get(error.errno or 0) or f"lỗi hệ thống: {error.strerror or error}"
