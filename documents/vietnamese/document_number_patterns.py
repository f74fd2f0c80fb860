"""How document numbers are spelt: patterns over folded text, see document_number.plain."""

import re

from documents.vietnamese import issuers

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
_ENGLISH = {
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
    "official letter": "cv",
}
KIND_CODES = _ENGLISH | {"qdi": "qd"} | {code: code for code in KINDS.values()}
KIND_NAMES = "|".join(sorted({*KINDS, *_ENGLISH}, key=len)[::-1])
_CODES = "|".join(r"\.?".join(code) for code in sorted({"qdi", *KINDS.values()}, key=len)[::-1])
_SEP = r"\s*[-/.,]?\s*"
_YEAR = r"(?:19|20)\d\d(?!\d)"
_ISSUER_CODE = r"[a-z]{2,}(?:[-.][a-z]{2,})?\d{0,2}"
_BY_CODE = rf"(?:\s*[-/.]\s*(?P<issuer>{_ISSUER_CODE})|\s*(?P<loose>{issuers.LOOSE}))(?!\w)"
_MARKED = r"(?:\s*(?P<marked>so(?: hieu)?|no\.?|number|:|#)\s*[:.]?)"
_SEQUENCE = rf"(?P<seq>\d{{1,5}})(?!\d|[.,]\d|\s*%|/(?!{_YEAR})\d|-\d)"
KIND = rf"(?<!\w)(?:(?P<code>{_CODES})|(?P<word>{KIND_NAMES}))"
# 03-NQ/TU, 294 qđ/tw, 03NQTU, 15_QĐ_TU, 991/QĐ-UBND, 29/1998/NĐ-CP
NUMBER_FIRST = re.compile(
    rf"(?<![\w%,/])(?P<seq>\d{{1,5}})(?P<mark>[a-z])?(?:\s*[/-]\s*(?P<year>{_YEAR}))?{_SEP}"
    rf"(?P<code>{_CODES})(?:{_BY_CODE})?(?!\w)"
)
# NQ 03, nghị quyết số 3, QĐ294/TW, NQ 03/2016
KIND_FIRST = re.compile(
    rf"{KIND}{_MARKED}?{_SEP}{_SEQUENCE}(?:\s*/\s*(?P<year>{_YEAR}))?"
    rf"(?:\s*[-/]\s*(?P<kind2>{_CODES})(?!\w))?(?:{_BY_CODE})?(?![a-z])"
)
# NQ/TU 03, QĐ-TW số 294, nghị quyết của Tỉnh ủy số 3
ISSUER_BETWEEN = re.compile(
    rf"{KIND}(?:\s*[-/]\s*(?P<issuer>{_ISSUER_CODE}){_MARKED}?\s+"
    rf"|\s*(?P<loose>{issuers.LOOSE})(?:{_MARKED.replace('marked', 'marked2')}\s*|\s+(?=0\d))"
    rf"|\s+(?:(?:cua|do|of the|of)\s+)?(?P<named>{issuers.WORDS})(?:\s+ban hanh)?"
    rf"{_MARKED.replace('marked', 'marked3')}\s*){_SEQUENCE}"
)
# "văn bản số 305": a number without a kind
_BARE = re.compile(
    r"(?<!\w)(?:van ban|so hieu|document|vb)\s+(?:so\s+|no\.?\s*)?(?P<seq>\d{1,5})(?![\w%.,/-])"
)
PATTERNS = (NUMBER_FIRST, ISSUER_BETWEEN, KIND_FIRST, _BARE)
# "QĐ 15, 16 và 17": the kind holds for each
ANOTHER = re.compile(
    r"\s*(?:,|va|and|&|hoac|or)\s*(?:so\s*)?(?P<seq>\d{1,5})"
    r"(?=\s*(?:$|[?.!,;:)]|(?:va|and|cua|do|noi|quy dinh|co|la|ve|khac|thi)(?!\w)))(?![.,/]\d)"
)
_UNITS = (  # after "kế hoạch 5 năm" or "3 nội dung" the figure counts things and is no number
    rf"nam(?!\s+{_YEAR}(?!\s*-))|thang|ngay(?!\s+\d{{1,2}}\s*(?:[/.-]|thang))|tuan|gio"
    r"|quy (?:[1-4]|i{1,3}|iv)|khau|dot pha|noi dung|diem|nhiem vu|giai phap|nhom|buoc|phan"
    r"|muc tieu|chi tieu|nguoi|dong chi|dang vien|can bo|xa|huyen(?! uy)|tinh(?! uy)|thon|lan|dong"
    r"|trieu|ty"
    r"|trang|chuong|dieu|khoan|cap|years?|months?|phan tram|van ban|loai|hinh thuc"
    r"|truong hop|tieu chi|yeu cau|chi bo|dang bo"
)
# but in "quy định 15 điều 5" a place of the document follows its number
AFTER = re.compile(
    rf"\s*(?!(?:dieu|khoan|diem|chuong|phan)\s+(?:\d|[a-z](?!\w)|[ivx]+(?!\w)))(?:{_UNITS})(?!\w)"
)
PERIOD_PLANS = ("kh", "ctr", "da", "bc")  # "kế hoạch 5 năm 2021" is a plan for five years
OF_ISSUER = re.compile(rf"\s*,?\s*(?:cua|do|of the|of|by)?\s*(?P<issuer>{issuers.WORDS})(?!\w)")
# each for one, so that offsets stay
SPELLINGS = str.maketrans(
    dict.fromkeys("‐‑‒–—―−﹘﹣－_", "-")
    | dict.fromkeys("⁄∕／", "/")
    | {chr(0xFF10 + digit): str(digit) for digit in range(10)}
)
LETTER_O = re.compile(r"(?<!\w)o(?=\d)|(?<=\bnq)o(?=\d)|(?<=\bqd)o(?=\d)")  # "nq o3"
