"""The language and the official style: spelling, sentences, names, document numbers."""
