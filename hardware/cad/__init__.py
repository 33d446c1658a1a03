"""The solids: printed parts and the bought ones they hold, in build123d."""
