"""What may help a reviewer: where to look in a text, and which words deceive; never a verdict. It needs no database."""
