"""Chapter 14's networks: `handwriting`, `draw`, `glimpses`."""
