"""The programs of simulated images by name, a file for each family of them."""
