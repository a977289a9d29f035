"""HTTP: routes, and nothing else."""
