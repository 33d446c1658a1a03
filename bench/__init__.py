"""The measurements of docs/latency.md. Run: make bench, make photos."""
