"""What may be said about a person: one file a message, found by itself."""
