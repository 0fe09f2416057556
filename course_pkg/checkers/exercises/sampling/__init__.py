"""Exercises on reading between pixels, and on choosing where to read."""
