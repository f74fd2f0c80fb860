"""Judged questions, what became of them, and weights fitted on them."""
