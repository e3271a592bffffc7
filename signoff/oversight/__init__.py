"""Looking after public logs from outside: the monitor that follows one, and the witness that cosigns their heads."""
