"""What is true: the rules of sign-off in pure Python, with no database, no web, no clock and no randomness."""
