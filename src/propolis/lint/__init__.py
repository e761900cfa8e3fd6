"""The linter: remarks about policies that are legal and still not what their author means."""
