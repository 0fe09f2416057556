"""Exercises of lecture 10: crops of boxes, gradients of edges, masks back into the picture."""
