"""What a resident may ask of the hub: see, correct, object, be forgotten; and what ends by itself."""
