"""Listen, Attend and Spell on spoken sentences: `data`, `recipe`."""
