"""Attention over a clip's frames (`clips`) and over a picture's cells (`questions`).

Both look at what the encoder of `course_pkg.recipes.scene_cells` sees.
"""
