"""Events, effects, gestures, the conductor and the ports: pure, standard library only, no clock, no files."""
