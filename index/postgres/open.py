"""Where the two legs lie: in files beside the library, or in a database that machines share."""

from typing import TYPE_CHECKING

from index.errors import SnapshotError

if TYPE_CHECKING:
    from index.postgres.index import Shared


def open_shared(address: str | None) -> "Shared | None":
    """Connect to the shared index of an address; None for the index of files.

    Raises SnapshotError where it cannot be reached or its packages are not installed.
    """
    if not address:
        return None
    try:  # here: an optional dependency, which the index of files does without
        from index.postgres.connection import Postgres
        from index.postgres.index import Shared
    except ModuleNotFoundError as error:
        raise SnapshotError(
            f"TRACUU_INDEX cần thêm gói {error.name}; hãy chạy: pip install -e '.[postgres]'."
        ) from error
    return Shared(Postgres(address))
