guest-tests += emulate-debug-register-moves
