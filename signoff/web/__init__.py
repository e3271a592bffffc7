"""How people reach us: the only package that knows HTTP."""
