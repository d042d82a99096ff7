"""The canonical dialect: the words of this worker's own commands and replies."""
