"""Staff accounts: users, passwords, sessions, second factors, API tokens, mailed links."""
