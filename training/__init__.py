"""Trains models and packs them into bundles; never deployed."""
