"""Settle: what follows a commit, and what completes it if its worker is gone."""
