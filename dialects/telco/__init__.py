"""The telco shopping cart (002): offer containers with cart items, price points, promotions, amendment."""
