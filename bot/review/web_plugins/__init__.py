"""What Datasette loads beside its own plugins."""
