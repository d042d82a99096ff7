"""Publish: from outcomes to messages on the broker."""
