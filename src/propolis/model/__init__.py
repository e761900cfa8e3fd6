"""The vocabulary: inert frozen records."""
