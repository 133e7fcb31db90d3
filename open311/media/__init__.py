"""Photos: made clean of all that is no picture, and stored."""
