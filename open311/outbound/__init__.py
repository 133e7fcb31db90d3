"""How anything leaves the house: calls to other systems, and mail. It knows nothing of requests."""
