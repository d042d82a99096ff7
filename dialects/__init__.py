"""The five source systems in their own words: each folder with a module `dialect` is one, and there is no list of them.

`canonical` is a dialect too, of the worker's own commands; `graphql` is what the two share that are asked in GraphQL.
"""
