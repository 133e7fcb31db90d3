"""Personal data sealed with keys that are not in the database, and links that only we can make."""
