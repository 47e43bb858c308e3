"""Says yes or no to every flow of every message, and nothing else in the hub does."""
