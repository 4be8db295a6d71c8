guest-tests += descriptor-bad-segments-are-refused
