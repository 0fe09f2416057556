"""Chapter 13's eyes: frames of a clip and cells of a picture, from one encoder (`scene_cells`)."""
