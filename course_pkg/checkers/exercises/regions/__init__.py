"""Exercises on things found as regions: overlap, precision, masks."""
