"""PDF files with a text layer: pages, lines and tables."""
