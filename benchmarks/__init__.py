"""Measurements of Cartwright against other ways to do the same work, on the same servers, in the same run."""
