"""Where people write: the terminal and Telegram."""
