guest-tests += version-build-id-respects-the-given-length
