"""Exercises of lecture 05: transposed convolution as a matrix."""
