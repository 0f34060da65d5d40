"""Find incidents in news text, place them honestly and map them, offline."""
