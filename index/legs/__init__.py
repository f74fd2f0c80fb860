"""The dense leg, the sparse leg and the forward index."""
