"""Results as maps: for the page, for the report, for print."""
