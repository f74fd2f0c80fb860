"""What a document is, and how the bytes of a file become passages with exact offsets."""
