"""What is said, in any channel."""
