"""What is known of a document itself: its card, its pages, whether it still holds."""
