"""library.db and what lies beside it: the only truth."""
