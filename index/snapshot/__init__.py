"""The index files of one generation of the library."""
