"""What may be said: the messages of the chain, their fields, and the agreement that lists who tells whom."""
