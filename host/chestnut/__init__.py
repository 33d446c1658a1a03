"""Chestnut: sees, thinks and speaks with no network at all."""
