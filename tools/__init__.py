"""What a person runs from a laptop; never deployed."""
