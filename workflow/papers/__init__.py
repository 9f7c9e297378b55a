"""Papers 文书: made from templates, numbered, printed and kept."""
