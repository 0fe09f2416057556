"""Exercises of lecture 13: one operation for sound, clips and questions."""
