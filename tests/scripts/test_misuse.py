"""Every command tells misuse in one Vietnamese line, whatever argparse says of it."""

import argparse
import importlib
import re

import pytest

from scripts._cli.argparse_vietnamese import in_vietnamese
from scripts._cli.command import Parser
from tests.golden.readme import SCRIPTS, help_text
from tests.support.commands import one_line

ENGLISH = re.compile(
    r"\b(the|following|arguments?|are|is|required|expected|invalid|choice|choose|from|value|option"
    r"|not|allowed|with|ignored|explicit|ambiguous|match|unrecognized|error)\b"
)
each_script = pytest.mark.parametrize("name", SCRIPTS)


def misused(name: str, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Run a command and give what it says of its arguments, but for the hint at the end."""
    with pytest.raises(SystemExit) as end:
        importlib.import_module(f"scripts.{name}").main(arguments)
    printed = capsys.readouterr()
    assert (end.value.code, printed.out) == (2, "")
    said = re.fullmatch(
        rf"Lệnh chưa đúng: (.+)\. Xem hướng dẫn: python -m scripts\.{name} --help",
        one_line(printed.err),
    )
    assert said, printed.err
    assert not ENGLISH.search(re.sub(r"--[a-z-]+", "", said[1])), said[1]
    return said[1]


def options_with_a_value(name: str) -> list[str]:
    return re.findall(r"(?m)^  (--[a-z-]+) [\w{]", help_text(name))


@each_script
def test_an_unknown_option_is_named(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = misused(name, ["--sai"], capsys)
    assert said == "không có tùy chọn --sai" or said.startswith("thiếu ")


def _bare(usage: str) -> str:
    """Drop what is optional, and the name of the command."""
    without = usage.split("scripts.", 1)[1].split(maxsplit=1)[1]
    while "[" in without:
        without = re.sub(r"\[[^\[\]]*\]", "", without)
    return f" {re.sub(r'--[a-z-]+ [^ ]+', '', without)} "


@each_script
def test_an_option_without_its_value_is_named(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = options_with_a_value(name)
    assert "--data" in options
    for option in options:
        said = misused(name, [option], capsys)
        assert option in said
        assert "giá trị đi kèm" in said


@each_script
def test_what_a_command_cannot_do_without_is_named(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    usage = _bare(help_text(name).split("\n\n")[0]).split()
    if not usage:
        pytest.skip("this command needs nothing")
    assert usage[0] in misused(name, [], capsys)


def test_a_wrong_choice_is_told_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    said = misused("evaluate", ["--legs", "cả"], capsys)
    assert "“cả”" in said
    assert "dense, sparse, hybrid" in said


class Silent(Parser):
    """Keeps what a parser complains of."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise ValueError(message)


def arguments_of_every_kind() -> Silent:
    parser = Silent("doctor", "Thử.")
    add = parser.add_argument
    add("input")
    add("--count", type=int)
    add("--flag", action="store_true")
    add("--many", nargs="+")
    add("--pair", nargs=2)
    either = parser.add_mutually_exclusive_group(required=True)
    either.add_argument("--one", action="store_true")
    either.add_argument("--two", action="store_true")
    return parser


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--one"], "thiếu input"),
        (["x"], "cần một trong các tùy chọn --one --two"),
        (["x", "--one", "--two"], "--two: không dùng cùng --one"),
        (["x", "--one", "--count", "ba"], "--count: “ba” không hợp lệ"),
        (["x", "--one", "--count"], "--count: thiếu giá trị đi kèm"),
        (["x", "--one", "--flag=1"], "--flag: không nhận giá trị “1”"),
        (["x", "--one", "--many"], "--many: số giá trị đi kèm không đúng"),
        (["x", "--one", "--pair", "1"], "--pair: cần 2 giá trị đi kèm"),
    ],
)
def test_all_that_argparse_says_is_said_in_vietnamese(arguments: list[str], told: str) -> None:
    with pytest.raises(ValueError, match=r".+") as raised:
        arguments_of_every_kind().parse_known_args(arguments)
    assert in_vietnamese(str(raised.value)) == told


def test_what_argparse_may_say_one_day_is_not_repeated_in_english() -> None:
    assert in_vietnamese("something new in argparse") == "cách ghi không hợp lệ"
    error = argparse.ArgumentTypeError("“x” không phải ngày; hãy viết như 26/5/2025")
    assert in_vietnamese(f"argument --issued-on: {error}") == f"--issued-on: {error}"
