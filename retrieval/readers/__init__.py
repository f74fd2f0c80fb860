"""What answers in a passage: a module for each kind of answer."""
