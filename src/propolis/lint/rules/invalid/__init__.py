"""What the API server or the agent refuses or drops, so that something else is in force than is written."""
