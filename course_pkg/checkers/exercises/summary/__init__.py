"""Exercises of lecture 16: what the two halves have in common."""
