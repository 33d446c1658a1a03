"""Pictures of the guide, drawn from the model without a graphics card: flat colours under vector lines."""
