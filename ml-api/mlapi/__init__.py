"""Serves predictions of scikit-learn models: one Flask app, no state of its own."""
