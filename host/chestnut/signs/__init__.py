"""Hands to letters and to signs that were taught."""
