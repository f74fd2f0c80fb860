"""A trained reader: whether a passage answers a question, and with which of its words."""
