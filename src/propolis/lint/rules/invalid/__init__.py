"""What the API server or the agent refuses, so that the whole policy is not in force."""
