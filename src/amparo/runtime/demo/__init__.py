"""The invented world of the demo, entered through the doors that everybody uses."""
