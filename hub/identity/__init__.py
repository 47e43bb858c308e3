"""Which system is calling: how a partner's computer proves who it is, and for how long that proof is good."""
