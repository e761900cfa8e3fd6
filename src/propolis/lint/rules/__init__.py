"""One file for each rule; its docstring is its page."""
