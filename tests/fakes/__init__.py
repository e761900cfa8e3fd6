"""One fake per port: behaves like the adapter, holds everything in memory."""
