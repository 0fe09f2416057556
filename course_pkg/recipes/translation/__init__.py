"""Translation with attention and without: `data`, `recipe`, `scores`."""
