"""Who a message is about: known to each partner by a name of its own, and by no other."""
