guest-tests += sysctl-version-and-payload-are-checked
