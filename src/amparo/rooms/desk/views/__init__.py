"""One module for each thing people handle. A view parses, calls one query or action, and renders."""
