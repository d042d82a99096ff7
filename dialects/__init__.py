"""The five source systems in their own words: each folder is one dialect, and there is no list of them."""
