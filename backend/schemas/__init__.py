"""The public shapes: what the API takes and gives."""
