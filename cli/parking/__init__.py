"""`cart parking`: what could not be answered or applied."""
