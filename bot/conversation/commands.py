"""Every command: its name, and who may use it."""

from bot.access import Role
from bot.texts.commands import ENGLISH, VIETNAMESE

START, HELP, GUIDE = "start", "help", "huongdan"
ASK, DOCUMENTS, LATEST, SOURCES = "hoi", "vanban", "moi", "nguon"
HISTORY, FORGET = "lichsu", "xoalichsu"
INVITE, LET_IN, SHUT_OUT, PEOPLE = "thumoi", "capquyen", "thuhoi", "nguoidung"
ALLOW_GROUP, LEAVE_GROUP, LIMIT = "chophepnhom", "thuhoinhom", "gioihan"
STATISTICS, UNANSWERED, ANNOUNCE = "thongke", "chuatraloi", "thongbao"

ANYWHERE = (START, HELP)
IN_GROUPS = (ASK, HELP)
CADRES = (START, DOCUMENTS, LATEST, SOURCES, HISTORY, FORGET, GUIDE, HELP)
ADMINS = (
    INVITE,
    PEOPLE,
    LET_IN,
    SHUT_OUT,
    LIMIT,
    STATISTICS,
    UNANSWERED,
    ANNOUNCE,
)
OF_ROLE = {Role.CADRE: CADRES, Role.STAFF: CADRES, Role.ADMIN: CADRES + ADMINS}
FOR_ADMINS = frozenset((*ADMINS, ALLOW_GROUP, LEAVE_GROUP))


def described(names: tuple[str, ...], english: bool = False) -> list[tuple[str, str]]:
    """Return pairs of command and description."""
    texts = ENGLISH if english else VIETNAMESE
    return [(name, texts[name]) for name in names]
