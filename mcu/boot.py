"""Runs before main.py. Nothing is done here: what can fail belongs where the motor is already off."""
