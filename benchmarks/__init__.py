"""Speed and memory of a build, side by side with Hugo on the same pages."""
