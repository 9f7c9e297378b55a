"""My cells: what is due, what changed, and visits that serve every module at once."""
