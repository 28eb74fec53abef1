"""DenialHelp's generator: read, plan, render, publish, and the command line around them."""

import os

# What is valid is for our models to say, and not for a plugin of pydantic that happens to be installed beside us.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
