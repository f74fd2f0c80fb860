"""The durable inbox and outbox of any channel."""
