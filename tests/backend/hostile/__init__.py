"""Scripts that mean harm. Nothing here needs more than the standard library: it also runs inside the container."""
