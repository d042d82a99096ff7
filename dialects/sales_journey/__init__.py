"""The sales journey's cart (000): GraphQL to read it, two REST forms to read it and to add and remove offers."""
