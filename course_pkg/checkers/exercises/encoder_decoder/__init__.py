"""Exercises of lecture 07: encoder-decoders."""
