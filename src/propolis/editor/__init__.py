"""The editor: the Language Server Protocol on stdin and stdout, in front of `commands.workspace`."""
