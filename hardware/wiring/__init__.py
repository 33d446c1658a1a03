"""Every wire once, made from shared/pins.toml: diagrams, tables and the pod's circuit."""
