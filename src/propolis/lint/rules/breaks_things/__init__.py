"""What cuts traffic that the author needs."""
