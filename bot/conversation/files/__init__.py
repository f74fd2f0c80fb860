"""Files of the staff between their coming and what becomes of them."""
