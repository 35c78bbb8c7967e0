"""What the API server fills in where several kinds share a part."""
