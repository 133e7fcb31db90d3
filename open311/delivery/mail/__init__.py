"""Messages by mail: to those who reported what became of it, to units what is theirs to do."""
