"""The only rooms that choose parts: real ones for a device, stand-ins for the simulation."""
