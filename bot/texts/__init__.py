"""The Vietnamese sentences of the bot."""
