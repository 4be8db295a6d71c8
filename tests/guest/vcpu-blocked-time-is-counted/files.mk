guest-tests += vcpu-blocked-time-is-counted
