"""Reports as text: a format sees only a `Report`."""
