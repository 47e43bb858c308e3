"""Copies of both stores, kept apart; put back into empty databases; and tried out while nothing is wrong."""
