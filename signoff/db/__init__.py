"""The database itself: laying its guards and views, and comparing what is there with what the program needs."""
