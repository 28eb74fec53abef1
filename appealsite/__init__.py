"""DenialHelp's generator: read, plan, render, publish, and the command line around them."""
