"""Exercises of lecture 14: windows that stand anywhere, and what drawing costs."""
