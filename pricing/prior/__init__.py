"""Prior prices: the lowest shelf price in the 30 days before a price began to be reduced (decision 32)."""
