"""The project beside its peers: `make bench` measures both in one run."""
