"""What can be proven: canonical bytes, commitments and codes; it needs neither Flask nor SQLAlchemy."""
