"""Reads the tables of phrases in data/: what a phrase stands for, and the phrase as a pattern."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib import resources

from documents.vietnamese.document_number import KIND_WORDS


def any_of(table: str) -> Mapping[str, str]:
    """Return for each part of a table of two columns a pattern of any of its phrases."""
    parts: dict[str, list[str]] = defaultdict(list)
    for part, phrase in phrases_in(table):
        parts[part].append(phrase)
    return {part: f"(?:{'|'.join(phrases)})" for part, phrases in parts.items()}


def phrases_in(table: str) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a table, the phrase that ends each as a regular expression.

    In a phrase ( | ) is one of several, and {name} one of a list that stands above; {kind} names
    any kind of document.
    """
    file = resources.files("retrieval.question").joinpath("data", table)
    lists = {"kind": f"(?:{KIND_WORDS})"}
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
