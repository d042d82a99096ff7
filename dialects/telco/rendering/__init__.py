"""A cart in the words of the document, with every name that its sample cart has."""
