"""The demo township: real outline and village names, invented people."""
