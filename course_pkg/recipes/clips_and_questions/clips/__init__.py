"""Telling what passes in a clip (Yao et al. 2015): `data`, `recipe`, `scores`."""
