"""What is on the ground: reading, checking and repairing layers."""
