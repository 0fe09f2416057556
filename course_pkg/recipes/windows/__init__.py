"""Windows that a network places itself, a folder each: `handwriting`, `draw`, `glimpses`."""
