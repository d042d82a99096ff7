"""What `cart schema` writes: made from the registered commands and the models, so it can't lag behind them."""
