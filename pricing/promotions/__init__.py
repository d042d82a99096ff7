"""What a promotion is tried on and what it may reach."""
