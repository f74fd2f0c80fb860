"""What a schema says of itself: which state of which library it shows, and how it was counted."""

from dataclasses import astuple, dataclass, fields

from index.postgres.connection import Statements
from index.tokens import VERSION

FORMAT = 1  # raise when a table's form changes, so that older schemas are built anew
REMEMBERED = 1_000  # generations; a copy of the library that is further behind must be renewed


@dataclass(frozen=True, slots=True)
class State:
    """The library's generation that a schema shows.

    ``mean_length`` is the mean length of a passage in tokens by which BM25 weighs it: that of the
    day when the schema was built. ``tokens`` is the length of all passages together.
    """

    format: int
    tokenizer: str
    model: str
    generation: int
    token: str
    passages: int
    tokens: int
    mean_length: float

    @property
    def is_stale(self) -> bool:
        """Say whether another version of the software wrote it."""
        return (self.format, self.tokenizer) != (FORMAT, VERSION)


_COLUMNS = ", ".join(one.name for one in fields(State))


def create_state(statements: Statements) -> None:
    """Create the tables of a new schema's state."""
    statements.run(
        "CREATE TABLE state (format integer NOT NULL, tokenizer text NOT NULL, model text NOT NULL,"
        " generation bigint NOT NULL, token text NOT NULL, passages bigint NOT NULL,"
        " tokens bigint NOT NULL, mean_length float8 NOT NULL)"
    )
    statements.run("CREATE TABLE history (generation bigint PRIMARY KEY, token text NOT NULL)")


def read_state(statements: Statements) -> State | None:
    """Return the state of a schema; None where it is empty."""
    if statements.first is None:
        statements.first = statements.rows(f"SELECT {_COLUMNS} FROM state")
    rows = statements.first
    return State(*rows[0]) if rows else None


def write_state(statements: Statements, state: State) -> None:
    """Put a state in the place of the one before."""
    statements.run("DELETE FROM state")
    places = ", ".join(["%s"] * len(fields(State)))
    statements.run(f"INSERT INTO state ({_COLUMNS}) VALUES ({places})", astuple(state))


def token_of(statements: Statements, generation: int) -> str | None:
    """Return the token of a generation that a schema has been through, if it has."""
    rows = statements.rows("SELECT token FROM history WHERE generation = %s", (generation,))
    return str(rows[0][0]) if rows else None


def write_history(statements: Statements, tokens: list[tuple[int, str]]) -> None:
    """Note which generations a schema has been through, in the place of what it noted before."""
    statements.run("DELETE FROM history")
    statements.copy("history (generation, token)", ("int8", "text"), tokens)
