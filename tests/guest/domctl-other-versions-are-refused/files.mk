guest-tests += domctl-other-versions-are-refused
