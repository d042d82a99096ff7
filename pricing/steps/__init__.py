"""The steps of pricing; `pricing/price.py` lists them in their order."""
