"""Every button the bot ever put under a message: its code as it is written, and how it is read.

The codes stand in messages that were sent long ago. One that was ever written keeps its meaning,
and a new button gets a code of its own. ``router`` has one line for each: what it does.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from bot.turn import Button, Rows

FIELD = re.compile(r"\{(\w+)\}")
NUMBER = "[0-9]{1,18}"  # what SQLite stores
WORDS = {"document": "[^:]+", "example": "[^:]+", "facet": "[a-z]+", "person": ".+"}


class Code(Enum):
    """The kinds of buttons; a field in braces is a number unless ``WORDS`` says otherwise."""

    # Under what a newcomer is told, and under the card that asks to let one in.
    ASK_IN = "a:ask"
    LET_IN = "a:yes:{person}"
    TURN_AWAY = "a:no:{person}"
    # Under what administrators see.
    PEOPLE = "m:p:{page}"
    SEND = "m:g:{announcement}"
    CANCEL = "m:x:{announcement}"
    # Under the greeting, and under the question whether one's own questions are to go.
    EXAMPLE = "e:{example}"
    FORGET = "f:yes"
    KEEP = "f:no"
    # Of the library; a "choice" is the number of a shortcut. READ says a passage anew, READ_ON
    # puts it in the place of its neighbour.
    LIST = "vl:{choice}:{page}"
    FACET = "vf:{choice}:{facet}"
    DOCUMENT = "vd:{document}"
    READ = "n:{document}:{passage}"
    READ_ON = "n:{document}:{passage}:e"
    ORIGINAL = "o:{document}"
    # Under a document's card and its pages, and where it is asked which document is meant.
    CONTENTS = "vc:{document}:{page}"
    DOCUMENT_PAGE = "vp:{document}:{page}"
    WITHIN = "q:{document}"
    EVERYWHERE = "h:all"
    WHICH = "k:{document}"
    # Under a file that was not added, since another version of it is there.
    REPLACE_OLD = "g:{upload}"
    KEEP_OLD = "l:{upload}"
    # Under the question what is wanted of a paragraph.
    PASTED = "x:{choice}"
    # Under the reply to a logged question. SOURCES says a page anew, TURN puts it in the place of
    # the one before.
    PASSAGE = "p:{question}:{rank}"
    SOURCES = "s:{question}:{page}"
    TURN = "t:{question}:{page}"
    UP = "u:{question}"
    DOWN = "d:{question}"
    REASON = "w:{question}:{reason}"
    REPORT = "b:{question}"
    ASK_AGAIN = "r:{question}"
    WITHOUT_YEAR = "y:{question}"
    CORRECTED = "c:{question}"

    def button(self, label: str, *values: int | str) -> Button:
        """Make a button of this kind; ``values`` fill the fields in order."""
        names = FIELD.findall(self.value)
        return Button(label, self.value.format(**dict(zip(names, values, strict=True))))


AT_THE_DOOR = frozenset({Code.ASK_IN, Code.LET_IN, Code.TURN_AWAY})  # for who was not let in, too

OF_DOCUMENTS = frozenset(  # what shows documents and may be done again
    {
        Code.LIST,
        Code.FACET,
        Code.DOCUMENT,
        Code.READ,
        Code.READ_ON,
        Code.ORIGINAL,
        Code.CONTENTS,
        Code.DOCUMENT_PAGE,
        Code.WITHIN,
        Code.WHICH,
        Code.PASTED,
        Code.PASSAGE,
        Code.SOURCES,
        Code.TURN,
    }
)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button as it was read back."""

    code: Code
    fields: Mapping[str, str]

    def number(self, name: str) -> int:
        """Return a field that is a number."""
        return int(self.fields[name])

    def word(self, name: str) -> str:
        """Return a field that is a word."""
        return self.fields[name]


def read(code: str) -> Pressed | None:
    """Read a button back; None for one that was forged."""
    for kind, form in _FORMS.items():
        if found := form.fullmatch(code):
            return Pressed(kind, found.groupdict())
    return None


def in_rows(buttons: Sequence[Button], wide: int = 2) -> Rows:
    """Put buttons in rows of so many: a phone cuts the labels of more."""
    return tuple(tuple(buttons[n : n + wide]) for n in range(0, len(buttons), wide))


def _form(code: Code) -> re.Pattern[str]:
    return re.compile(
        FIELD.sub(lambda field: f"(?P<{field[1]}>{WORDS.get(field[1], NUMBER)})", code.value)
    )


_FORMS = {code: _form(code) for code in Code}
