"""Which errors of the operating system mean that a disk is full; loads nothing, since every command needs it."""

import errno

DISK_IS_FULL = (errno.ENOSPC, errno.EDQUOT)  # the whole of it, or a user's share
