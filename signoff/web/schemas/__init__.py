"""API reference and answers, as classes: one module a noun. The description at /api/v1/ is made from them."""
