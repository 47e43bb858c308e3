"""What every page of people at a desk needs: who is signed in, and what stands around it."""
