"""Document numbers (số hiệu) in any spelling, and places in a document, as questions name them."""

import re
from dataclasses import dataclass

from documents.normalize import fold

KINDS = {
    "nghi quyet": "nq",
    "quy dinh": "qd",
    "quyet dinh": "qd",
    "chi thi": "ct",
    "ket luan": "kl",
    "huong dan": "hd",
    "ke hoach": "kh",
    "thong bao": "tb",
    "bao cao": "bc",
    "to trinh": "ttr",
    "cong van": "cv",
    "chuong trinh": "ctr",
    "quy che": "qc",
    "thong tri": "tt",
    "thong tu": "tt",
    "nghi dinh": "nd",
    "de an": "da",
    "bien ban": "bb",
    "giay moi": "gm",
    "cong dien": "cd",
}
_KIND_CODES = {
    "resolution": "nq",
    "regulation": "qd",
    "decision": "qd",
    "directive": "ct",
    "conclusion": "kl",
    "guidance": "hd",
    "guideline": "hd",
    "plan": "kh",
    "notice": "tb",
    "report": "bc",
    "qdi": "qd",
    "qc": "qc",
} | {code: code for code in KINDS.values()}
_ISSUERS = (  # longest first: "ban to chuc tinh uy" is not "tinh uy"
    (r"(?:ban to chuc|btc) (?:trung uong|tw)", "btctw"),
    (r"(?:ban to chuc|btc) (?:tinh uy|thanh uy|tu)", "btctu"),
    (r"(?:uy ban kiem tra|ubkt) (?:trung uong|tw)", "ubkttw"),
    (r"(?:uy ban kiem tra|ubkt) (?:tinh uy|thanh uy|tu)", "ubkttu"),
    (r"ban tuyen giao (?:va dan van )?(?:trung uong|tw)", "btgtw"),
    (r"ban tuyen giao (?:va dan van )?(?:tinh uy|thanh uy)", "btgtu"),
    (
        r"(?:ban chap hanh |bch )?(?:trung uong|tw)(?: dang)?|bo chinh tri|bct|ban bi thu|bbt",
        "tw",
    ),
    (r"(?:ban thuong vu |btv )?(?:tinh uy|thanh uy)|provincial party committee", "tu"),
    (r"(?:ban thuong vu |btv )?huyen uy", "hu"),
    (r"(?:ban thuong vu |btv )?dang uy", "du"),
    (r"(?:uy ban nhan dan|ubnd)(?: (?:tinh|thanh pho|huyen|xa|phuong))?", "ubnd"),
    (r"(?:hoi dong nhan dan|hdnd)(?: (?:tinh|thanh pho|huyen|xa|phuong))?", "hdnd"),
    (r"thu tuong(?: chinh phu)?", "ttg"),
    (r"chinh phu", "cp"),
    (r"quoc hoi", "qh"),
)
_WORDS = "|".join(
    sorted((*KINDS, "resolution", "regulation", "decision", "directive"), key=len)[::-1]
)
_WORDS += "|conclusion|guidance|guideline|plan|notice|report"
_CODES = "|".join(sorted({"qdi", *KINDS.values()}, key=len)[::-1])
_SEP = r"\s*[-–—/.,_]?\s*"
_ISSUER_CODE = r"[a-z]{2,}(?:[-.][a-z]{2,})?\d{0,2}"
_UNITS = (  # after "kế hoạch 5 năm" or "3 nội dung" the figure counts things and is no number
    r"nam|thang|ngay|tuan|gio|quy (?:[1-4]|i{1,3}|iv)|khau"
    r"|dot pha|noi dung|diem|nhiem vu|giai phap|nhom|buoc|phan"
    r"|muc tieu|chi tieu|nguoi|dong chi|dang vien|can bo|xa|huyen|tinh|thon|lan|dong|trieu|ty"
    r"|trang|chuong|dieu|khoan|cap|years?|months?|phan tram|van ban|loai|hinh thuc"
    r"|truong hop|tieu chi|yeu cau"
)
# 03-NQ/TU, 294 qđ/tw, 991/QĐ-UBND, 29/1998/NĐ-CP
_NUMBER_FIRST = re.compile(
    rf"(?<![\w%,])(?P<seq>\d{{1,5}})(?P<mark>[a-z])?(?:\s*[/-]\s*(?P<year>(?:19|20)\d\d))?{_SEP}"
    rf"(?P<code>{_CODES})(?:\s*[-–—/.]\s*(?P<issuer>{_ISSUER_CODE})|\s+(?P<loose>tw|tu|hu|du|btctw|btctu|ubkttw))?(?!\w)"
)
# NQ 03, nghị quyết số 3 của Tỉnh ủy, QĐ294/TW
_KIND_FIRST = re.compile(
    rf"(?<!\w)(?:(?P<code>{_CODES})|(?P<word>{_WORDS}))(?:\s*(?P<marked>so|no\.?|number|:|#))?{_SEP}"
    rf"(?P<seq>\d{{1,5}})(?!\d|[.,]\d|\s*%|/\d|-\d)(?:\s*/\s*(?P<year>(?:19|20)\d\d))?"
    rf"(?:\s*[-–—/]\s*(?P<kind2>{_CODES})(?!\w))?"
    rf"(?:\s*[-–—/]\s*(?P<issuer>{_ISSUER_CODE})|\s+(?P<loose>tw|tu|hu|du|btctw|btctu|ubkttw)(?!\w))?"
)
# "văn bản số 305", "số 305": a number without a kind
_BARE = re.compile(
    r"(?<!\w)(?:van ban|so hieu|document|vb)\s+(?:so\s+|no\.?\s*)?(?P<seq>\d{1,5})(?![\w%.,/-])"
)
# but in "quy định 15 điều 5" a place of the document follows its number
_AFTER = re.compile(
    rf"\s*(?!(?:dieu|khoan|diem|chuong|phan)\s+(?:\d|[a-z](?!\w)|[ivx]+(?!\w)))(?:{_UNITS})(?!\w)"
)
_OF_ISSUER = re.compile(
    r"\s*(?:,?\s*(?:ngay|nam)[\s\d/.-]*)?\s*(?:cua|do|of the|of|by)?\s*(?P<issuer>"
    + "|".join(f"(?:{words})" for words, _code in _ISSUERS)
    + r")(?!\w)"
)


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A số hiệu taken apart; None is what the spelling leaves open.

    ``kind`` and ``issuer`` are folded codes: 03-NQ/TU is (3, "nq", "tu").
    """

    sequence: int
    kind: str | None = None
    issuer: str | None = None
    year: int | None = None
    written: str = ""

    def matches(self, other: "DocumentNumber") -> bool:
        """Tell whether two spellings may name the same document: nothing stated differs."""
        return self.sequence == other.sequence and all(
            mine is None or theirs is None or mine == theirs
            for mine, theirs in (
                (self.kind, other.kind),
                (self.issuer, other.issuer),
                (self.year, other.year),
            )
        )


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a document as a question names it: the bare numbers and letters."""

    article: str | None = None
    clause: str | None = None
    point: str | None = None
    section: str | None = None

    def __str__(self) -> str:
        labels = (
            f"Điều {self.article}" if self.article else None,
            f"khoản {self.clause}" if self.clause else None,
            f"điểm {self.point}" if self.point else None,
            f"mục {self.section}" if self.section else None,
        )
        return ", ".join(label for label in labels if label)


def numbers_in(text: str) -> tuple[DocumentNumber, ...]:
    """Return the document numbers a text names, in order, each once."""
    folded = fold(text)
    found: dict[int, DocumentNumber] = {}
    taken: list[tuple[int, int]] = []
    for pattern in (_NUMBER_FIRST, _KIND_FIRST, _BARE):
        for match in pattern.finditer(folded):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            if _counts_things(folded, match):
                continue
            taken.append(match.span())
            found[match.start()] = _number(folded, match, text)
    return tuple(dict.fromkeys(found[start] for start in sorted(found)))


def _counts_things(folded: str, match: re.Match[str]) -> bool:
    groups = match.groupdict()
    if match.re is _NUMBER_FIRST:
        # "3 kế hoạch" never gets here, but "có 3 BC" and "2 HD" may count documents
        return (
            not (groups["issuer"] or groups["loose"])
            and "-" not in match[0]
            and "/" not in match[0]
        )
    explicit = groups.get("issuer") or groups.get("loose") or groups.get("marked")
    explicit = explicit or match["seq"].startswith("0")  # nobody counts "06 nội dung" after a kind
    if explicit:
        return False
    # "kế hoạch 2024" names a year
    return _AFTER.match(folded, match.end()) is not None or 1930 <= int(match["seq"]) <= 2050


def _number(folded: str, match: re.Match[str], text: str) -> DocumentNumber:
    groups = match.groupdict()
    kind = groups.get("code") or groups.get("kind2")
    if kind is None and groups.get("word"):
        word = str(groups["word"])
        kind = KINDS.get(word) or _KIND_CODES[word]
    issuer = groups.get("issuer") or groups.get("loose")
    end = match.end()
    if issuer is None and (named := _OF_ISSUER.match(folded, end)) is not None:
        issuer, end = _issuer_code(named["issuer"]), named.end()
    year = groups.get("year")
    return DocumentNumber(
        sequence=int(match["seq"]),
        kind=_KIND_CODES.get(kind, kind) if kind else None,
        issuer=re.sub(r"[-.]", "", issuer) if issuer else None,
        year=int(year) if year else None,
        written=text[match.start() : end].strip(),
    )


def _issuer_code(words: str) -> str | None:
    return next((code for pattern, code in _ISSUERS if re.fullmatch(pattern, words)), None)


_PLACE_PARTS = (
    ("article", re.compile(r"(?<!\w)(?:dieu|article)\s+(\d{1,3}[a-z]?)(?!\w)")),
    ("clause", re.compile(r"(?<!\w)(?:khoan|clause)\s+(\d{1,3}[a-z]?)(?!\w)")),
    ("point", re.compile(r"(?<!\w)(?:diem|point)\s+([a-z](?!\w)|[a-z]\))")),
    (
        "section",
        re.compile(r"(?<!\w)(?:muc|tiet|diem|section)\s+(\d{1,2}(?:\.\d{1,2})*|[ivx]{1,5})(?!\w)"),
    ),
)


def place_in(text: str) -> Place | None:
    """Return the place a question names ("Điều 5 khoản 2", "mục 1.1"); None when it names none."""
    folded = fold(text)
    parts = {
        # as typed: điểm đ is not điểm d
        name: text[slice(*match.span(1))].lower().rstrip(")")
        for name, pattern in _PLACE_PARTS
        if (match := pattern.search(folded)) is not None
    }
    return Place(**parts) if parts else None
