"""Partners by name: how names are compared, found in texts and let through."""
