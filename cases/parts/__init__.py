"""部件: the register of city parts, what became of each, and what was looked at."""
