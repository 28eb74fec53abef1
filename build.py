"""Build, preview and check the site: ``python build.py --help``."""

from appealsite.cli import main

if __name__ == "__main__":
    main()
