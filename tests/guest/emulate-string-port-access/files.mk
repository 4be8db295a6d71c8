guest-tests += emulate-string-port-access
