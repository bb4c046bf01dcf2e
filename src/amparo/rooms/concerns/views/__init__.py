"""Pages about concerns at the staff door."""
