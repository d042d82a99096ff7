"""What happens to a cart: one class per kind of change, each with what it does."""
