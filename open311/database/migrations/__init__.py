"""Changes of the tables, one file each, every one of them reversible."""
