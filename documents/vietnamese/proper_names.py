"""How names in capitals are written in a sentence: "BAN TỔ CHỨC" as "Ban Tổ chức"."""

import re
from collections import Counter

# bodies and names that keep their capitals inside a sentence
_NAMES = (
    ("Ban Chấp hành Trung ương", "Ban Chấp hành Đảng bộ", "Ban Chấp hành", "Ban Bí thư")
    + ("Bộ Chính trị", "Trung ương", "Ban Thường vụ", "Thường trực", "Ban Tổ chức")
    + ("Ban Tuyên giáo và Dân vận", "Ban Tuyên giáo", "Ban Dân vận", "Ban Nội chính")
    + ("Ban Chính sách, chiến lược", "Ban Kinh tế", "Ban Xây dựng Đảng", "Ban cán sự đảng")
    + ("Ủy ban Kiểm tra", "Văn phòng", "Tỉnh ủy", "Thành ủy", "Huyện ủy", "Quận ủy", "Thị ủy")
    + ("Đảng ủy", "Đảng bộ", "Đảng đoàn", "Chi bộ", "Chi ủy", "Điều lệ Đảng", "Huy hiệu Đảng")
    + ("Đảng Cộng sản Việt Nam", "Đảng", "Quốc hội", "Chính phủ", "Thủ tướng Chính phủ")
    + ("Thủ tướng", "Chủ tịch nước", "Nhà nước", "Ủy ban nhân dân", "Hội đồng nhân dân")
    + ("Ủy ban thường vụ Quốc hội", "Văn phòng Chính phủ", "Văn phòng Quốc hội")
    + ("Mặt trận Tổ quốc", "Ủy ban Mặt trận Tổ quốc", "Hồ Chí Minh", "Việt Nam")
    + ("Đoàn Thanh niên Cộng sản Hồ Chí Minh", "Liên đoàn Lao động", "Hội Liên hiệp Phụ nữ")
    + ("Trung tâm Chính trị", "Trường Chính trị", "Tòa án nhân dân", "Viện kiểm sát nhân dân")
)
_BY_LENGTH = sorted((name.split() for name in _NAMES), key=len, reverse=True)
# what is named by the words that follow: every one of them takes a capital
_PLACES = frozenset(("tỉnh", "huyện", "xã", "phường", "quận", "thôn", "bản", "ấp", "làng", "buôn"))
_PLACES_OF_TWO = frozenset(("thành phố", "thị xã", "thị trấn", "đặc khu", "tổ dân"))
_PLACED = frozenset(("Tỉnh ủy", "Thành ủy", "Huyện ủy", "Quận ủy", "Thị ủy", "Đảng ủy"))
# what is named by its field: the first word, and the first after "và", take a capital
_FIELDS = frozenset(
    ("bộ", "sở", "ban", "cục", "vụ", "viện", "trường", "hội", "tổng cục", "chi cục")
)


def as_name(capitals: str) -> str:
    """Write an organisation's name, given in capitals, as it stands in a sentence."""
    words = capitals.lower().split()
    written: list[str] = []
    mode = ""
    while len(written) < len(words):
        place = len(written)
        if name := _name_at(words, place):
            written.extend(name)
            mode = "place" if " ".join(name) in _PLACED else ""
            continue
        word, pair = words[place], " ".join(words[place : place + 2])
        if pair in _PLACES_OF_TWO:
            written.extend(pair.split())
            mode = "place"
            continue
        written.append(_cased(word, mode, written))
        mode = _mode_after(word, mode)
    text = " ".join(written)
    return text[:1].upper() + text[1:]


def _name_at(words: list[str], place: int) -> list[str]:
    for name in _BY_LENGTH:
        if words[place : place + len(name)] == [word.lower() for word in name]:
            return name
    return []


def _cased(word: str, mode: str, before: list[str]) -> str:
    if word in _PLACES:
        return word
    if mode == "place" or (mode == "field" and before and _starts_field(before[-1])):
        return word[:1].upper() + word[1:]
    if word in _FIELDS and not before:
        return word.capitalize()
    return word


def _starts_field(before: str) -> bool:
    return before.lower() in _FIELDS or before in ("và", "-", "–")


def _mode_after(word: str, mode: str) -> str:
    if word in _PLACES:
        return "place"
    if mode == "place" and word not in ("và", ","):
        return mode
    return "field" if word in _FIELDS or mode == "field" else ""


def as_written(line: str, text: str) -> str:
    """Write a line of a title that stands in capitals as the text writes the same words."""
    if not line.isupper():
        return " ".join(line.split())
    words = line.lower().split()
    prose = "\n".join(row for row in text.split("\n") if not row.isupper())
    return " ".join(_in_case(words, place, prose) for place in range(len(words)))


def _in_case(words: list[str], place: int, prose: str) -> str:
    """Return a word in the case that the text gives it beside the same neighbours."""
    for before, after in ((2, 1), (2, 0), (1, 1), (1, 0), (0, 2), (0, 1)):
        start, end = place - before, place + after + 1
        if start < 0 or end > len(words):
            continue
        # not at the start of a sentence, where every word takes a capital
        pattern = r"(?<=[\w,;]\s)" + r"\s".join(map(re.escape, words[start:end])) + r"(?!\w)"
        found = Counter(match.group() for match in re.finditer(pattern, prose, re.IGNORECASE))
        if found:
            return found.most_common(1)[0][0].split()[before]
    name = _name_at(words, place)
    return name[0] if name else words[place]
