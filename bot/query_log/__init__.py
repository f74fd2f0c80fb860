"""queries.db: what was asked and what became of it."""
