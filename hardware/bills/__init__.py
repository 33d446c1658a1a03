"""What a maker needs, what it costs, weighs and takes: from parts.toml, the steps, the prints and the power model."""
