"""`ketenhub`, the command: everything that an operator does with the hub."""

from hub.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
