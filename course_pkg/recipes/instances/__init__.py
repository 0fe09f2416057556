"""Every instance system, trained and measured alike: `data`, `recipe`, `scores`, `picture`.

`region_systems` names those of chapter 9, `cascades` those of chapter 10.
"""
