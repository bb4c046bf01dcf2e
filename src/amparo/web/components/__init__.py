"""The parts pages are made of. Templates reach them through `{% load amparo_web %}`; see /gallery/."""
