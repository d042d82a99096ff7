"""The generated half of the Python client: a model for the data of every command, and a method for every command."""
