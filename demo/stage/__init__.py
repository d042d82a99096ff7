"""The demo's day, its workers and its picture."""
