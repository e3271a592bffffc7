"""Pages about rounds: asking partners, the board, acts on an open round."""
