"""Reading the query log back: filters, grouped views, verdicts, exports, report and web page."""
