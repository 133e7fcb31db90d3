"""What leaves the house: mail, webhooks, requests handed over; and how far each has come."""
