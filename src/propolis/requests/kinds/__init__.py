"""One module for each protocol that a layer-7 proxy understands."""
