"""What people type about concerns, parsed and checked. Nothing here saves anything."""
