"""The shipped model: its weights, unpacked and in int8."""
