"""疑难问题库: hard matters, the conferences over them, and what was decided there."""
