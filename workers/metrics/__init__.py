"""What a worker counts, how that is served, and whether it is alive and ready (docs/watching.md).

Parts of the worker count for themselves, in numbers and histograms; everything else is done when somebody asks.
"""
