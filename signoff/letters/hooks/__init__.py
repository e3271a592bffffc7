"""Reports that mail services post: one module for each, which checks who sent a report before it reads it."""
