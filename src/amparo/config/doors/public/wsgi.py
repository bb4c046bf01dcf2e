"""The public door."""

from amparo.config.doors.start import open_door

application = open_door()
