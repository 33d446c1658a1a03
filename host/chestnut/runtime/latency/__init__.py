"""The device measures itself: how long a press takes to be heard, to sound and to be answered. Numbers alone."""
