"""What each host needs beside the pages: headers, redirects, configuration; and the limits it sets."""
