"""The effects that start and stop deadlines."""
