"""Pages about partners: the register, contacts, imports, what partners propose."""
