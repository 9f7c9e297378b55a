"""The tables of the six offices, a file a subject."""
