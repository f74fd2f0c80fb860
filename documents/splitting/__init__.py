"""A document becomes passages."""
