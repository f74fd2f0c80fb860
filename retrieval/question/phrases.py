"""Reads the tables of phrases in data/: what a phrase stands for, and the phrase as a pattern."""

import re
from collections.abc import Iterator
from importlib import resources


def phrases_in(table: str) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a table, the phrase that ends each as a regular expression.

    In a phrase ( | ) is one of several, and {name} one of a list that stands above.
    """
    file = resources.files("retrieval.question").joinpath("data", table)
    lists: dict[str, str] = {}
    for line in file.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        *columns, phrase = line.split("\t")
        regex = re.sub(r"(?<!\\)\((?!\?)", "(?:", phrase)
        regex = re.sub(r"\{([a-z ]+)\}", lambda named: lists[named[1]], regex)
        if columns[0] == "list":
            lists[columns[1]] = f"(?:{regex})"
        else:
            yield *columns, regex
