"""Handwriting whose window slides along the text (Graves 2013, section 5).

Read `data`, `recipe`, `scores`, `picture`.
"""
