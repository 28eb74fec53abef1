"""Look at the site on this machine while writing it."""
