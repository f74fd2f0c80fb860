"""What every command shares: arguments, errors, rows and the journal."""
