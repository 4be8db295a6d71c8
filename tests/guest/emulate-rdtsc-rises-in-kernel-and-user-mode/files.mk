guest-tests += emulate-rdtsc-rises-in-kernel-and-user-mode
