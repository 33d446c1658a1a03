"""The kinds of things the eyes know, by COCO's English names, and which of them can be found. Pure."""

from __future__ import annotations

from collections.abc import Iterable

# In the order of the detector's outputs.
LABELS = tuple(
    """person, bicycle, car, motorcycle, airplane, bus, train, truck, boat, traffic light, fire hydrant, stop sign,
    parking meter, bench, bird, cat, dog, horse, sheep, cow, elephant, bear, zebra, giraffe, backpack, umbrella,
    handbag, tie, suitcase, frisbee, skis, snowboard, sports ball, kite, baseball bat, baseball glove, skateboard,
    surfboard, tennis racket, bottle, wine glass, cup, fork, knife, spoon, bowl, banana, apple, sandwich, orange,
    broccoli, carrot, hot dog, pizza, donut, cake, chair, couch, potted plant, bed, dining table, toilet, tv,
    laptop, mouse, remote, keyboard, cell phone, microwave, oven, toaster, sink, refrigerator, book, clock, vase,
    scissors, teddy bear, hair drier, toothbrush""".replace("\n   ", "").split(", ")
)
PERSON = "person"
# The detector sees that something can be eaten, but takes pasta for a pizza and a pizza for a cake.
FOOD = "food"
FOODS = frozenset(
    ("banana", "apple", "sandwich", "orange", "broccoli", "carrot", "hot dog", "pizza", "donut", "cake")
)
FINDABLE = (*(label for label in LABELS if label not in FOODS), FOOD)


def to_find(labels: Iterable[str]) -> tuple[str, ...]:
    """As the eyes tell them apart: every food is FOOD, and what they do not know is left out. Sorted."""
    kinds = {FOOD if label in FOODS else label for label in labels}
    return tuple(sorted(kinds & set(FINDABLE)))
