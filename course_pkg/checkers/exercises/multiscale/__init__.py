"""Exercises of lecture 08: several sizes of one image, and what cleans a labelling up."""
