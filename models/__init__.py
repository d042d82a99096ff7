"""Plain data: money, carts, changes, commands, facts, replies and refusals."""
