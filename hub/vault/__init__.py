"""Keeps what is personal sealed, field by field, and lets a person's keys end."""
