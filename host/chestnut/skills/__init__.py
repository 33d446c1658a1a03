"""What the device can do, one skill a file. Import core only."""
