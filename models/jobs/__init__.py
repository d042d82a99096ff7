"""Jobs: commands about many carts, their chunks, and the report of what came of every cart."""
