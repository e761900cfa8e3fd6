"""What YAML reads differently from how it looks."""
