"""The loop, assembly, settings, recording and replay. Builds everything, in assemble/ alone."""
