"""Where a point lies: jurisdiction, boundary, area."""
