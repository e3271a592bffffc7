"""`python -m signoff` is the command line."""

from signoff.cli import main

main()
