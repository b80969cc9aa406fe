"""Results as files for spreadsheets."""
