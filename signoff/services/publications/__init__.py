"""Publications: made, ended, and read by the public."""
