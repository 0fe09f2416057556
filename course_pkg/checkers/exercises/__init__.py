"""One folder a topic, one file an exercise; the file says all there is to say about it."""
