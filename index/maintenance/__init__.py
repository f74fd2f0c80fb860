"""The stores checked and mended."""
