"""Fresh random cases, judged by Cilium's own policy engine and by ours: `make oracle`."""
