"""The routes, a file per concern; each makes a Flask blueprint over the service."""
