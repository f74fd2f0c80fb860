"""Which model encodes a library, and what is known of a model without loading it."""

from dataclasses import dataclass

from documents.store.database import Database


@dataclass(frozen=True, slots=True)
class Model:
    """A model as it is set ("" is the one that ships with the software) and as it was found."""

    setting: str
    fingerprint: str
    dimension: int


class Models:
    """The models that have encoded one library."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def in_use(self) -> Model | None:
        """The model the library is answered with; None while nothing was encoded."""
        rows = self._database.rows(
            "SELECT setting, fingerprint, dimension FROM models WHERE in_use = 1"
        )
        return Model(*rows[0]) if rows else None

    def known(self, setting: str) -> Model | None:
        """Return what a setting meant when it was last loaded."""
        rows = self._database.rows(
            "SELECT setting, fingerprint, dimension FROM models WHERE setting = ?", (setting,)
        )
        return Model(*rows[0]) if rows else None

    def remember(self, model: Model) -> None:
        """Keep what a setting means."""
        if self.known(model.setting) == model:
            return
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO models (setting, fingerprint, dimension) VALUES (?, ?, ?) "
                "ON CONFLICT (setting) DO UPDATE SET fingerprint = excluded.fingerprint, "
                "dimension = excluded.dimension",
                [model.setting, model.fingerprint, model.dimension],
            )

    def settle(self, model: Model) -> None:
        """Take a model that has encoded the whole library as the one in use, if none is yet."""
        if self.in_use is None:
            self.remember(model)
            with self._database.writing() as connection:
                connection.execute(
                    "UPDATE models SET in_use = 1 WHERE setting = ? "
                    "AND NOT EXISTS (SELECT 1 FROM models WHERE in_use = 1)",
                    [model.setting],
                )
