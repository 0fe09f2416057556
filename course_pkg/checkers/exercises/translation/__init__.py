"""Exercises of lecture 12: gates, alignment, search and score."""
