"""One box for all that somebody may see: each answer as its own list shows it."""
