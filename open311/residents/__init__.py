"""The pages that a resident reaches by a link, without a password: an application of its own."""
