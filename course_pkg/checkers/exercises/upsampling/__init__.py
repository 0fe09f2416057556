"""Exercises of lecture 04: the upsampling family."""
