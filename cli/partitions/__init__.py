"""`cart partitions`: which worker owns which, what waits in them; and how many there are to be."""
