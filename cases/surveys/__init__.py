"""专项普查: the same short form for many things, ticked off on the way."""
