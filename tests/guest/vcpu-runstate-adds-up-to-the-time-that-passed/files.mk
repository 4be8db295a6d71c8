guest-tests += vcpu-runstate-adds-up-to-the-time-that-passed
