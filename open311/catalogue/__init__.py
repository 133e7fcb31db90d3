"""What can be reported, where, and who handles it: one catalogue a jurisdiction."""
