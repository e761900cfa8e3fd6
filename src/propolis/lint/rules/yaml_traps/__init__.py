"""What is read differently from how it looks."""
