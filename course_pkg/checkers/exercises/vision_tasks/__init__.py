"""Exercises of lecture 01: from one answer about a picture to another."""
