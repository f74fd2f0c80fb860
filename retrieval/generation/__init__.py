"""A model's wording of an answer, checked."""
