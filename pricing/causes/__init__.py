"""Why amounts moved: the causes of a reply's `priceChanges`."""
