"""Who acts in the demo."""
