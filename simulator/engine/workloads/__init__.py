"""What simulated containers do: images, programs and what they print."""
