"""Show, Attend and Tell on scenes: `data`, `recipe`, `scores`, `picture`."""
