"""What the desk does when something happened in the access room: notices and time limits, in the same
transaction.
"""


def subscribe_all() -> None: ...
