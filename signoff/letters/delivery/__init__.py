"""How letters leave: claimed, written, checked, sent over SMTP, and marked."""
