"""Exercises of lecture 11: where to look, softly or by lot, and what the lot costs."""
