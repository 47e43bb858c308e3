"""Whether it may be said about this person: what the resident chose, per purpose, and whether that still counts."""
