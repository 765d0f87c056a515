"""Side-by-side measurements of this API, its floor and other ways to serve the same model."""
