"""Pages about letters that leave."""
