"""Moves messages between partners: publish, hand over, ask, open, withdraw."""
