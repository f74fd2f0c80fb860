"""What argparse says of misuse, in Vietnamese."""

import re

_ARGUMENT = re.compile(r"argument (?P<name>.+?): (?P<said>.+)", re.DOTALL)
# In the form of argparse's own messages; what is not among them is told without its words.
_SAID = (
    (r"the following arguments are required: (.+)", r"thiếu \1"),
    (r"one of the arguments (.+) is required", r"cần một trong các tùy chọn \1"),
    (r"expected one argument", "thiếu giá trị đi kèm"),
    (r"expected (?:at least|at most) one argument", "số giá trị đi kèm không đúng"),
    (r"expected (\d+) arguments?", r"cần \1 giá trị đi kèm"),
    (
        r"invalid choice: '?(.*?)'? \(choose from (.+)\)",
        r"“\1” không có trong các lựa chọn: \2",
    ),
    (r"invalid .+ value: '?(.*?)'?", r"“\1” không hợp lệ"),
    (r"not allowed with argument (.+)", r"không dùng cùng \1"),
    (r"ignored explicit argument '?(.*?)'?", r"không nhận giá trị “\1”"),
    (r"ambiguous option: (.+) could match (.+)", r"\1 có thể là \2"),
    (r"unrecognized arguments: (.+)", r"không có tùy chọn \1"),
)
_OTHERWISE = "cách ghi không hợp lệ"


def in_vietnamese(message: str) -> str:
    """Return a message of argparse, or one of ours, for the line that tells misuse."""
    match = _ARGUMENT.fullmatch(message)
    if not match:
        return _said(message)
    return f"{match['name']}: {_said(match['said'])}"


def _said(message: str) -> str:
    for pattern, vietnamese in _SAID:
        match = re.fullmatch(pattern, message, re.DOTALL)
        if match:
            return match.expand(vietnamese).replace("'", "")
    return _OTHERWISE if message.isascii() else message
