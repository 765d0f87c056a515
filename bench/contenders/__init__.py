"""The apps that serve the model, one folder each: started by a server, imported by nothing here."""
