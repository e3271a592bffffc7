"""The worker: one turn of work, and the two engines that take turns (built-in, Procrastinate)."""
