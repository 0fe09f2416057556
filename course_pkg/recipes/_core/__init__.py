"""What a recipe is, how it is found and run, and what the papers claim of the results."""
