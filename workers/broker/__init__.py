"""The broker's side: queues, exchanges, and who owns which partition."""
