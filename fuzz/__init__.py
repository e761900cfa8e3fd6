"""Coverage-guided fuzzing of what hostile input reaches: `python -m fuzz reader` and `python -m fuzz rules`."""
