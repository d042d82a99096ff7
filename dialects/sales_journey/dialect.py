"""The dialect `sales-journey`: its operations by name."""

from dialects.dialect import Dialect
from dialects.sales_journey.errors import refuse
from dialects.sales_journey.graphql_query import GRAPHQL
from dialects.sales_journey.rest import DIALECT as NAME
from dialects.sales_journey.rest import REST

DIALECT = Dialect(NAME, {"graphql": GRAPHQL, **REST}, refuse)
