"""Model files: what the catalogue names, where it comes from, how it is fetched and converted."""
