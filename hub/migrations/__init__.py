"""How the tables came to be, step by step: `main/` for the main store, `keys/` for the key store."""
