guest-tests += vm-assist-architectural-iopl-shows-in-the-flags
