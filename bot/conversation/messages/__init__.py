"""What is said that the search alone does not answer."""
