"""One command from its bytes to its outcome, as a pure function; and a journal back to its cart."""
