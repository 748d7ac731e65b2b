"""`python -m policy`: the command line.

Owns: nothing but the call.
Never: runs when imported.
"""

from policy.cli.main import main

if __name__ == "__main__":
    main()
