"""What is done: one function per use case; it ensures, changes, tells and records, and never commits."""
