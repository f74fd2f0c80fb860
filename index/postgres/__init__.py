"""The same legs in a PostgreSQL that machines share."""
