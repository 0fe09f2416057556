"""The names of the synthetic world: classes, colours, and the words made from them."""

__all__ = ["CLASSES", "COLOURS", "PALETTE", "STUFF", "THINGS"]

#: Classes that fill regions and are not counted.
STUFF = ("sky", "grass", "road", "water", "wall")
#: Classes that are counted, one mask each.
THINGS = ("tree", "house", "car", "ball", "box", "person", "animal")
#: All classes of a scene; a place in this tuple is a label of the semantic map.
CLASSES = STUFF + THINGS

#: One display colour per class, red, green and blue from 0 to 255, for drawing label maps; no
#: picture is painted with these.
PALETTE = (
    (135, 190, 235),
    (110, 170, 80),
    (125, 115, 125),
    (40, 95, 170),
    (190, 150, 120),
    (25, 100, 50),
    (160, 60, 50),
    (250, 200, 40),
    (235, 90, 160),
    (150, 90, 20),
    (245, 120, 60),
    (110, 60, 160),
)

#: The colours that things are painted in, by the names that captions and questions use.
COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "white", "black")
COLOUR_RGB = (
    (0.80, 0.14, 0.13),
    (0.90, 0.47, 0.10),
    (0.93, 0.83, 0.20),
    (0.20, 0.55, 0.20),
    (0.16, 0.35, 0.78),
    (0.52, 0.22, 0.62),
    (0.90, 0.90, 0.88),
    (0.13, 0.13, 0.15),
)

PLURAL = {
    "tree": "trees",
    "house": "houses",
    "car": "cars",
    "ball": "balls",
    "box": "boxes",
    "person": "people",
    "animal": "animals",
}
NUMBERS = ("one", "two", "three", "four")


def article(word: str) -> str:
    """The indefinite article that goes before a word."""
    return "an" if word[0] in "aeiou" else "a"
