"""The administration of jurisdictions."""
