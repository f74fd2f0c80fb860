"""What the system refuses, said in Vietnamese by its error number."""

import errno

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


def line(error: OSError) -> str:
    """Return one line that names the path, what is wrong and the remedy."""
    reason = _REASONS.get(error.errno or 0) or f"lỗi hệ thống: {error.strerror or error}"
    return f"{error.filename}: {reason}." if error.filename else f"{reason.capitalize()}."
