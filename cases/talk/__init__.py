"""Words between those who work on a case: comments, and what a leader instructs."""
