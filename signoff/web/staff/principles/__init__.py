"""Pages about principles: editions and their drafts."""
