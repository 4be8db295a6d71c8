guest-tests += emulate-ports-by-privilege
