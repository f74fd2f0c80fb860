"""From a question to ranked passages to a reply that shows its source."""
