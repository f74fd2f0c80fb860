"""The parts of the review command."""
