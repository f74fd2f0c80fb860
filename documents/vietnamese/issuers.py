"""Who issues documents: the words questions use, and the codes numbers end with."""

import re

from documents.vietnamese.normalize import fold

_UPPER = "(?:trung uong|tw)(?: dang)?"
_LOCAL = "(?:tinh uy|thanh uy|tu)"
_LEVEL = "(?: (?:tinh|thanh pho|huyen|quan|xa|phuong|thi tran))?"
_ISSUERS = (  # longest first: "ban to chuc tinh uy" is not "tinh uy"
    (rf"(?:ban to chuc|btc) {_UPPER}", "btctw"),
    (rf"(?:ban to chuc|btc) {_LOCAL}", "btctu"),
    (rf"(?:uy ban kiem tra|ubkt) {_UPPER}", "ubkttw"),
    (rf"(?:uy ban kiem tra|ubkt) {_LOCAL}", "ubkttu"),
    (rf"(?:ban tuyen giao|btg) (?:va dan van )?{_UPPER}", "btgtw"),
    (rf"(?:ban tuyen giao|btg) (?:va dan van )?{_LOCAL}", "btgtu"),
    (rf"(?:van phong|vp) {_UPPER}", "vptw"),
    (rf"(?:van phong|vp) {_LOCAL}", "vptu"),
    (rf"(?:ban noi chinh|bnc) {_LOCAL}", "bnctu"),
    (rf"(?:ban dan van|bdv) {_LOCAL}", "bdvtu"),
    (rf"(?:ban chap hanh |bch )?{_UPPER}|bo chinh tri|bct|ban bi thu|bbt", "tw"),
    (r"(?:ban thuong vu |btv )?(?:tinh uy|thanh uy)|provincial party committee", "tu"),
    (r"(?:ban thuong vu |btv )?huyen uy", "hu"),
    (r"(?:ban thuong vu |btv )?dang uy", "du"),
    (rf"(?:uy ban nhan dan|ubnd){_LEVEL}", "ubnd"),
    (rf"(?:hoi dong nhan dan|hdnd){_LEVEL}", "hdnd"),
    (r"thu tuong(?: chinh phu)?", "ttg"),
    (r"chinh phu", "cp"),
    (r"quoc hoi", "qh"),
)
WORDS = "|".join(f"(?:{words})" for words, _code in _ISSUERS)
# codes that may follow a number without a stroke, "03 nq tu", or without anything, "03NQTU"
LOOSE = "ubkttw|ubkttu|btctw|btctu|btgtw|btgtu|btvtu|bnctu|bdvtu|vptw|vptu|ubnd|hdnd|tw|tu|hu|du|cb"
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
