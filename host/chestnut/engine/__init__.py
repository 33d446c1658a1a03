"""The deep lane: a language model in a child process at low priority, that may be killed at any time."""
