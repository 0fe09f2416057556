"""Every row of the paper's table of distorted digits: `data`, `recipe`, `picture`."""
