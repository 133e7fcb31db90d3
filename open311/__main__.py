"""`python -m open311`: the same as the command `open311`."""

from open311.cli import main

main()
