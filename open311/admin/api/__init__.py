"""The API of administrators: what the commands do, over HTTP and in JSON."""
