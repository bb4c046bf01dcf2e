"""What people type, parsed and checked. Nothing here saves anything."""
