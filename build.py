"""Build, preview and check the site: ``python build.py --help``."""

import sys

if __name__ == "__main__":
    try:
        from appealsite.cli import main
        from appealsite.garbage import end

        try:
            main()
        except SystemExit as ended:
            end(ended.code if isinstance(ended.code, int) else 1)
    except KeyboardInterrupt:  # while modules are imported; from then on the command line ends with the same status
        sys.exit(1)
