"""Commands for staff and admins: ``python -m scripts.NAME``."""
