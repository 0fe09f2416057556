"""Exercises of lecture 08: a net that reads its own answer."""
