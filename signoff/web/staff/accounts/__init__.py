"""Pages about accounts: signing in, passwords, authenticators, users."""
