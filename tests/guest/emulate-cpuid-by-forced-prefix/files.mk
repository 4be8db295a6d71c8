guest-tests += emulate-cpuid-by-forced-prefix
