"""The scheduler: a queue of pods, a table of nodes, plugins that filter and score, and the cycle that joins them."""
