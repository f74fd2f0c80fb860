"""Candidates and their one score."""
