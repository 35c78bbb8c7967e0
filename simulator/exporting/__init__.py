"""Taking things out of a cluster: an object as one would apply it, all that people put in as a scenario."""
