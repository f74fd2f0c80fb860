"""What a person may do, and who outranks whom."""

from enum import StrEnum


class Role(StrEnum):
    """What a person may do; a cadre asks, staff add documents, an admin lets people in."""

    ADMIN = "admin"
    STAFF = "staff"
    CADRE = "cadre"
    PENDING = "pending"
    REVOKED = "revoked"


ASKING = frozenset({Role.ADMIN, Role.STAFF, Role.CADRE})
RANKS = {Role.CADRE: 1, Role.STAFF: 2, Role.ADMIN: 3}
