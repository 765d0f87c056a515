"""The whole stack on this machine without containers: what it is made of, and how it is started."""
