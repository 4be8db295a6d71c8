guest-tests += mmuext-flushes-are-answered
