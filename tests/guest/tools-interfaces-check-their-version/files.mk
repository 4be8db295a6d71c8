guest-tests += tools-interfaces-check-their-version
