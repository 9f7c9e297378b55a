"""The desk: whose cases its list shows, and what is done with many of them at once."""
