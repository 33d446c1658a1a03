"""Small files that outlive a reset. A flash that fails costs a memory, never the pod."""

import os


def keep(name, text):
    """Write it; False when the flash does not take it."""
    try:
        with open(name, "w") as file:
            file.write(text)
    except OSError:
        return False
    return True


def kept(name):
    """What was kept; "" when nothing was, or it is no text."""
    try:
        with open(name) as file:
            return file.read()
    except (OSError, ValueError):
        return ""


def kept_numbers(name):
    """The whole numbers of a file; none when one of them is not."""
    try:
        return [int(word) for word in kept(name).split()]
    except ValueError:
        return []


def forget(name):
    try:
        os.remove(name)
    except OSError:
        pass
