guest-tests += mmuext-unknown-commands-are-refused
