"""Cells of scenes from one encoder, which captions, clips and questions share: `data`, `encoder`.

No paper of its own: it stands where the papers have a network that was trained on photographs.
"""
