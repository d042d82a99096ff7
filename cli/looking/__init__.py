"""Looking into carts: finding them, showing them, their history, what differs, and why they cost what they do."""
