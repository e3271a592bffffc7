"""The demonstration: invented partners, a mail catcher, and a database of its own that no setting points to."""
