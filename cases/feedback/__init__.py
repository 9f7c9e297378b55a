"""投诉与建议: said on any page, answered by who runs the system."""
