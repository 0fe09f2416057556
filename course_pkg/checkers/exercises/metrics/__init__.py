"""Exercises of lecture 01: scoring a label map."""
