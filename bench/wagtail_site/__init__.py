"""A Wagtail site with one position, as `wagtail start` makes sites, which bench/public.py measures beside ours."""
