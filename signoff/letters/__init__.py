"""How we write: one function a letter, one way to deliver; a letter's text exists only while it is sent."""
