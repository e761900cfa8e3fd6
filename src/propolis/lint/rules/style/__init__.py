"""What misleads the next reader."""
