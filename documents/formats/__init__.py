"""A file of any kind becomes text with page starts."""
