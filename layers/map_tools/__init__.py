"""What one does upon the one map: ask an area, keep a view, draw a sketch."""
