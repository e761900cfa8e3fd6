"""Mutation testing: small changes to our own code that no test may let pass unseen."""
