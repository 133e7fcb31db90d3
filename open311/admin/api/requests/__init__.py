"""Requests, for officers: their queue, one with all that belongs to it, and what is done to it."""
