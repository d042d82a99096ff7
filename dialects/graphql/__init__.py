"""GraphQL over calls: documents are checked and planned before execution, and executed on what was fetched."""
