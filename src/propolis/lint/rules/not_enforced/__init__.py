"""What is written and has no effect."""
