"""The lists of a Word 97 file: what number or bullet stands before a paragraph of each."""

import struct

from documents.formats.docx_file import Level, ListNumbers
from documents.formats.word97.container import LIST_USES, LISTS, WordFile

_FORMS = {
    1: "upperRoman",
    2: "lowerRoman",
    3: "upperLetter",
    4: "lowerLetter",
    22: "decimalZero",
    23: "bullet",
    255: "none",
}
_LIST, _LEVEL, _USE = 28, 28, 16  # bytes of an LSTF, an LVLF and an LFO, by [MS-DOC] 2.9
_STARTS, _REFORMED = 0x10, 0x20
_LIMITED = 0x08  # of a level's flags: it does not begin anew after every level above


def list_numbers(file: WordFile) -> ListNumbers:
    """Return the counter of a file's lists; a paragraph names a use of a list, from 1."""
    start = file.places[LISTS][0] if len(file.places) > LISTS else 0
    if not file.part(LISTS) or not file.part(LIST_USES):
        return ListNumbers.of(None)
    data = file.table[start:]
    (count,) = struct.unpack_from("<h", data)
    place = 2 + _LIST * count  # the levels follow the lists, and are not counted in their length
    levels: dict[tuple[str, int], Level] = {}
    for number in range(count):
        identity = str(struct.unpack_from("<i", data, 2 + _LIST * number)[0])
        is_simple = data[2 + _LIST * number + 26] & 1
        for depth in range(1 if is_simple else 9):
            levels[identity, depth], place = _level(data, place)
    lists, restarts = _uses(file.part(LIST_USES), levels)
    return ListNumbers(levels, lists, restarts)


def _level(data: bytes, place: int) -> tuple[Level, int]:
    """Return a level and the byte after it."""
    first, form, flags = struct.unpack_from("<iBB", data, place)
    restarts_after = data[place + 26] if flags & _LIMITED else 9
    properties = data[place + 24] + data[place + 25]
    place += _LEVEL + properties
    (length,) = struct.unpack_from("<H", data, place)
    pattern = data[place + 2 : place + 2 + 2 * length].decode("utf-16-le", errors="replace")
    # a place for a number is the number of its level, from 0
    shown = "".join(f"%{ord(sign) + 1}" if ord(sign) < 9 else sign for sign in pattern)
    return Level(_FORMS.get(form, "decimal"), shown, first, restarts_after), place + 2 + 2 * length


def _uses(
    data: bytes, levels: dict[tuple[str, int], Level]
) -> tuple[dict[str, str], dict[tuple[str, int], int]]:
    """Return which list each use is of, and where a use begins to count anew."""
    (count,) = struct.unpack_from("<I", data)
    lists: dict[str, str] = {}
    restarts: dict[tuple[str, int], int] = {}
    place = 4 + _USE * count
    for number in range(count):
        (identity,) = struct.unpack_from("<i", data, 4 + _USE * number)
        lists[str(number + 1)] = str(identity)
        changed = data[4 + _USE * number + 12]
        place += 4 if place + 4 <= len(data) else 0
        for _ in range(changed):
            first, flags = struct.unpack_from("<iI", data, place)
            place += 8
            depth = flags & 0xF
            if flags & _REFORMED:
                levels[str(identity), depth], place = _level(data, place)
            if flags & _STARTS:
                restarts[str(number + 1), depth] = first
    return lists, restarts
