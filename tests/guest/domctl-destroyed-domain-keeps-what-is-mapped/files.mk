guest-tests += domctl-destroyed-domain-keeps-what-is-mapped
