"""The rows of the table of alerts by what they watch, and how a sample is judged by them."""
