"""Makes labelled traffic from a model's own card, at a steady rate."""
