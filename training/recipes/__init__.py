"""The models that Tandem ships, each with its data and its words."""
