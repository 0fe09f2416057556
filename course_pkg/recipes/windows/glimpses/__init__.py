"""Classifying cluttered digits from a few glimpses (Gregor et al. 2015, table 2).

Read `data`, `recipe`, `scores`.
"""
