guest-tests += domctl-a-hundred-domains-come-and-go
