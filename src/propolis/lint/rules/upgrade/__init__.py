"""What changes its meaning from one Cilium version to another."""
