"""Word files of 1997 to 2003, read by the format that Microsoft publishes as [MS-DOC]."""
