"""One module for each peer word of the policy language."""
