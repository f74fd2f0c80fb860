"""Passages made searchable: vectors, terms, and the snapshot that follows the library."""
