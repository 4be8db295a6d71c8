guest-tests += vcpu-time-area-is-registered
