guest-tests += emulate-iobitmap-opens-ports-to-user-mode
