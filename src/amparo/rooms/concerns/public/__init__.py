"""The pages anybody may open: report a concern, the child's own page, and coming back with the code."""
