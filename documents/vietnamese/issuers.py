"""Who issues documents: the words questions use, and the codes numbers end with (issuers.tsv)."""

import re

from documents.vietnamese.kinds import listed, rows_of
from documents.vietnamese.normalize import fold

# what follows a name of the table: whose organ it is
_OF = {
    "trung ương": " (?:trung uong|tw)(?: dang)?",
    "tỉnh ủy": " (?:tinh uy|thanh uy|tu)",
    "các cấp": "(?: (?:tinh|thanh pho|huyen|quan|xa|phuong|thi tran))?",
    "": "",
}
_ROWS = rows_of("issuers.tsv")
_ISSUERS = tuple(  # in the table's order: "ban to chuc tinh uy" is not "tinh uy"
    (f"(?:{'|'.join(map(fold, names))}){_OF[row['of']]}", row["code"])
    for row in _ROWS
    if (names := listed(row["names"]))
)
WORDS = "|".join(f"(?:{words})" for words, _code in _ISSUERS)
# codes that may follow a number without a stroke, "03 nq tu", or without anything, "03NQTU"
LOOSE = "|".join(sorted({row["code"] for row in _ROWS if row["loose"]}, key=len, reverse=True))
_CODE_BY_WORDS = tuple((re.compile(words), code) for words, code in _ISSUERS)
_OWN_NAME = re.compile(
    r".*(?<!\w)(?:tinh uy|thanh uy|huyen uy|thi uy|dang uy(?: xa| phuong)?|tinh|thanh pho|huyen|xa"
    r"|phuong)\s+(\w+(?: \w+){0,2})"
)


def code_of(words: str) -> str | None:
    """Return the code of folded words that name an issuer; None when they name none."""
    return next((code for pattern, code in _CODE_BY_WORDS if pattern.fullmatch(words)), None)


def bare(code: str) -> str:
    """Return an issuer's code without strokes and term: "QH13" is "qh"."""
    return re.sub(r"[-./\d]", "", code)


def own_name(issuer: str | None) -> str | None:
    """Return the folded name of an issuer's place: "son linh" of "Tỉnh ủy Sơn Lĩnh"."""
    match = _OWN_NAME.match(fold(issuer or ""))
    return match[1] if match else None
