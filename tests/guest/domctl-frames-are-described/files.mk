guest-tests += domctl-frames-are-described
