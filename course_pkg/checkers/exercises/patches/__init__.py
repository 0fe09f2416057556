"""Exercises of lecture 02: labelling pixels by the patches around them."""
