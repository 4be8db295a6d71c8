guest-tests += emulate-control-registers-read-and-write
