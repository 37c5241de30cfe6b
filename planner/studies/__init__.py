"""Use cases, one noun each; the command line and the pages call these."""
