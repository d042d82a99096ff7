"""What the demo's shop sells."""
