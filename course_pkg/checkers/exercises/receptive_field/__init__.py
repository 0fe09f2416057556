"""Exercises of lecture 03: what a stack of layers sees, and what it costs."""
