"""What a document says it is."""
