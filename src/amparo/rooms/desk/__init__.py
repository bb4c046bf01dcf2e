"""Tasks, time limits, notices, drafts, attachments and revisions: what every room needs."""
