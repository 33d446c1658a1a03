"""One page that shows the model in a browser, without a network."""
