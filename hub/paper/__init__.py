"""What is printed and handed to a resident, in their own language: drawn once, for the API and for the screens."""
