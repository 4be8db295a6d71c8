guest-tests += sysctl-console-ring-is-read
