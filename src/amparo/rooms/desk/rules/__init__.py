"""Rules kept as data. Every reader here refuses a file it does not understand to the last key."""
