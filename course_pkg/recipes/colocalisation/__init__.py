"""Windows that find what many pictures have in common: `data`, `recipe`, `scores`, `picture`."""
