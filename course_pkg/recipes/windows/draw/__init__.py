"""DRAW on binary digits, with windows and without (Gregor et al. 2015, table 1).

Read `data`, `recipe`, `scores`, `picture`.
"""
