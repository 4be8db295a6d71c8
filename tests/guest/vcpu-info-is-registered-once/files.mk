guest-tests += vcpu-info-is-registered-once
