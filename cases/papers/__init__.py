"""What papers can say of a case, a whistle and a day."""
