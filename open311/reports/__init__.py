"""The life of a service request: intake, search, tokens."""
