"""Traces of commands over OpenTelemetry, if they are wanted (docs/watching.md)."""
