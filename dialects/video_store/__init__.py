"""The video store's cart (003): products under access modes, vouchers, formatted prices; GraphQL only."""
