"""What lets more through than it seems to."""
