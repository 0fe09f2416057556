"""Exercises of lecture 06: skips, crops, and honest counting."""
