"""Looking into carts: their history, differences between versions, and why they cost what they do."""
