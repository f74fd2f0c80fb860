"""Which documents may answer."""
