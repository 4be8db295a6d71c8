guest-tests += grant-version-2-keeps-use-in-status-frames
