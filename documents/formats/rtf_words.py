"""The words of RTF that matter: what stands for a character, what holds no text, code pages."""

import re

TOKEN = re.compile(
    r"\\(?P<word>[A-Za-z]{1,32})(?P<value>-?\d{1,9})? ?|\\'(?P<byte>[0-9A-Fa-f]{2})"
    r"|\\(?P<sign>[^A-Za-z])|(?P<brace>[{}])|[\r\n\0]+|(?P<text>[^\\{}\r\n\0]+)",
    re.DOTALL,
)
# groups that hold no text of the body
SKIPPED = frozenset(
    ("colortbl", "stylesheet", "info", "pict", "objdata", "objclass", "objname", "fldinst", "xe")
    + ("tc",)
    + ("listtable", "listoverridetable", "revtbl", "rsidtbl", "generator", "themedata", "filetbl")
    + ("colorschememapping", "latentstyles", "datastore", "bkmkstart", "bkmkend", "annotation")
    + ("atnid", "atnauthor", "footnote", "shprslt", "sp", "nonesttables", "do", "template", "falt")
)
HEADERS = frozenset(
    ("header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf")
)
READ_THOUGH_STARRED = frozenset(("shpinst", "shptxt"))  # a text box, which a letterhead may be in
CHARACTERS = {
    "tab": "\t",
    "line": "\n",
    "emdash": "—",
    "endash": "–",
    "emspace": " ",
    "enspace": " ",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "nestcell": "\n",
    "nestrow": "\n",
}
SIGNS = {"~": " ", "_": "-", "-": "", "{": "{", "}": "}", "\\": "\\", "\n": "\n", "\r": "\n"}
CODE_PAGES = {
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    134: "cp936",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
}
