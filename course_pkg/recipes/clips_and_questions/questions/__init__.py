"""Answering questions about a picture (Xu and Saenko 2016): `data`, `recipe`, `scores`."""
