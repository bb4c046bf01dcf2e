"""Statistics about trafficked people: counts that say what they are, releases that hurt nobody, and the hidden number.

Pure: numpy and scipy only. Nothing here knows Django, a clock, a network or a database; files are opened only by the
readers (`tally.detected.read_*`, `tally.mse.read_table`), the ledger of `tally.release` and the command line.

- `tally.detected`: victims whom somebody detected, with denominator, coverage and source;
- `tally.disclosure`: small numbers in tables, and the attacks that tables must withstand;
- `tally.release`: case data that may leave the house (differential privacy, k-anonymity);
- `tally.mse`: how many are hidden (multiple systems estimation);
- `tally.trends`: early warning on counts.
"""
