"""Reads the keys of a Telex or VNI keyboard that was off: "ddangr vieen", "d9a3ng vie6n"."""

import re
import unicodedata

from documents.vietnamese.normalize import fold, is_syllable, normalize

_VOWELS = "aeiouy"
_TELEX_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_VNI_TONES = dict(zip("12345", ("\u0301", "\u0300", "\u0309", "\u0303", "\u0323"), strict=True))
_TONES = "".join(_TELEX_TONES.values())
_ONSET = re.compile(r"(?:dd|ngh|ng|nh|gh|gi(?=[aeouyw])|kh|ph|qu|th|tr|ch|đ|[bcdghklmnprstvx])?")
_TELEX_MARK = re.compile(r"dd|aa|ee|oo|[aou]w|w[aou]|^[^aeiouy]*w")
_TELEX_SHAPE = re.compile(r"(?P<nucleus>[aeiouywăâêôơư]+)(?P<rest>[a-zđ]*)")
_CODA = re.compile(r"(?:ng|nh|ch|[cmnpt])?")


def telex(word: str) -> str | None:
    """Return the syllable that Telex keys stand for; None when they stand for none."""
    plain, tone = _without_tone(word.lower())
    onset = _ONSET.match(plain)
    start = onset.end() if onset else 0
    body = plain[start:]
    tones = [letter for letter in body if letter in _TELEX_TONES]
    if len(tones) + bool(tone) > 1:
        return None
    letters = "".join(letter for letter in body if letter not in _TELEX_TONES)
    vowels = _telex_vowels(letters)
    if vowels is None or (vowels == body and not plain.startswith("dd")):
        return None
    mark = _TELEX_TONES[tones[0]] if tones else tone
    return _syllable("đ" if plain[:start] == "dd" else plain[:start], vowels, mark)


def vni(word: str) -> str | None:
    """Return the syllable that VNI keys stand for; None when they stand for none."""
    plain, tone = _without_tone(word.lower())
    if not re.fullmatch(r"[a-zđâăêôơư]+\d[a-z\d]*", plain):
        return None
    built: list[str] = []
    for key in plain:
        if not key.isdigit():
            built.append(key)
        elif key in _VNI_TONES and not tone:
            tone = _VNI_TONES[key]
        elif not _shape(built, key):
            return None
    letters = "".join(built)
    onset = _ONSET.match(letters)
    start = onset.end() if onset else 0
    return _syllable(letters[:start], letters[start:], tone)


def is_marked_by_keys(word: str) -> bool:
    """Tell whether a word's keys shape letters, as no English word's tone keys alone do."""
    return bool(_TELEX_MARK.search(word.lower()) or re.search(r"[a-z][6-9]|\d[a-z]*\d", word))


def _without_tone(word: str) -> tuple[str, str]:
    """Part a word from the tone it already bears: "ddảng" had its tone composed, but not its đ."""
    decomposed = unicodedata.normalize("NFD", word)
    tone = "".join(mark for mark in decomposed if mark in _TONES)
    bare = "".join(mark for mark in decomposed if mark not in _TONES)
    return unicodedata.normalize("NFC", bare), tone


def _telex_vowels(letters: str) -> str | None:
    """Shape the vowels of a syllable without its onset and tone key: "ieen" is "iên"."""
    match = _TELEX_SHAPE.fullmatch(letters)
    if match is None:
        return None
    nucleus, rest = match["nucleus"], match["rest"]
    coda = _CODA.match(rest)
    late = rest[coda.end() if coda else 0 :]  # keys may follow the coda: "vietej", "duongw"
    coda_text = rest[: len(rest) - len(late)]
    if late and (late not in ("a", "e", "o", "w") or (late != "w" and late not in nucleus)):
        return None
    shaped = _circumflexed(nucleus, late if late != "w" else "")
    hooks = shaped.count("w") + (late == "w")
    return _hooked(shaped.replace("w", "") if late == "w" else shaped, hooks, coda_text)


def _circumflexed(nucleus: str, late: str) -> str:
    for plain, shaped in (("a", "â"), ("e", "ê"), ("o", "ô")):
        nucleus = nucleus.replace(plain * 2, shaped)
        if late == plain:
            nucleus = nucleus.replace(plain, shaped, 1)
    return nucleus


def _hooked(nucleus: str, hooks: int, coda: str) -> str | None:
    """Put hooks and breves in place: "uow" and "uwow" are "ươ", "aw" is "ă", a lone "w" is "ư"."""
    if hooks:
        bare = nucleus.replace("w", "")
        if "uo" in bare:
            bare = bare.replace("uo", "ươ", 1)
        elif nucleus.startswith("wo"):
            bare = "ươ" + bare[1:]
        elif nucleus.startswith("w"):
            bare = "ư" + bare
        elif "oa" in bare:
            bare = bare.replace("oa", "oă", 1)
        else:
            last = next((letter for letter in reversed(bare) if letter in "aou"), None)
            if last is None:
                return None
            place = bare.find("u") if last == "a" and "u" in bare else bare.rfind(last)
            bare = bare[:place] + {"a": "ă", "o": "ơ", "u": "ư"}[bare[place]] + bare[place + 1 :]
        nucleus = bare
    return nucleus + coda


_SHAPES = {
    "6": {"a": "â", "e": "ê", "o": "ô"},
    "7": {"u": "ư", "o": "ơ"},
    "8": {"a": "ă"},
    "9": {"d": "đ"},
}


def _shape(built: list[str], key: str) -> bool:
    """Apply a VNI key to the letters before it; False when it fits none."""
    shapes = _SHAPES.get(key, {})
    for place in range(len(built) - 1, -1, -1):
        if built[place] in shapes:
            built[place] = shapes[built[place]]
            if key == "7" and place and built[place] == "ơ" and built[place - 1] == "u":
                built[place - 1] = "ư"
            return True
    return False


def _syllable(onset: str, rhyme: str, tone: str) -> str | None:
    vowel = next((place for place, letter in enumerate(rhyme) if fold(letter) in _VOWELS), None)
    if vowel is None:
        return None
    bearer = next((p for p, letter in enumerate(rhyme) if letter in "ăâêôơ"), vowel)
    composed = onset + rhyme[: bearer + 1] + tone + rhyme[bearer + 1 :]
    word = normalize(composed)  # moves the tone to the vowel that bears it
    return word if is_syllable(word) and not any(c.isdigit() for c in word) else None
