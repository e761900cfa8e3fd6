"""Sets with laws; knows nothing of Kubernetes."""
