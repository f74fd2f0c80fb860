"""SECURITY.md names the tests of what it promises, and they are there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "SECURITY.md").read_text("utf-8"))
PROMISE = re.compile(r"(?m)^- \*\*.+?(?=^- \*\*|^## |\Z)", re.DOTALL)


def test_every_test_that_is_named_is_there() -> None:
    for path, name in NAMED:
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        kinds = ast.FunctionDef | ast.AsyncFunctionDef
        assert name in {node.name for node in tree.body if isinstance(node, kinds)}, path


def test_every_promise_names_a_test() -> None:
    promises = PROMISE.findall((ROOT / "SECURITY.md").read_text("utf-8"))
    assert len(promises) >= 10
    assert [one[:40] for one in promises if "::test_" not in one] == []
