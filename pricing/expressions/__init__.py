"""Expressions in CEL: their structure, the work that they are, what they see, and what they come to (decision 10)."""
