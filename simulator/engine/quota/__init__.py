"""What objects cost: the amounts that quotas and limit ranges count, and who counts them."""
