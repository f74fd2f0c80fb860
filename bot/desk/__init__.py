"""The desk of a committee's library: a small web application on this machine, a page a module."""
