"""The types of the wire: what commands, replies and events are made of, and how they are read."""
