"""What `cart doctor` checks, with one finding each."""
