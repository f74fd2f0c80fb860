"""The conversation with a cadre, and its channels: Telegram and the terminal."""
