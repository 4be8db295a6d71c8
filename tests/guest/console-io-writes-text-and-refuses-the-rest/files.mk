guest-tests += console-io-writes-text-and-refuses-the-rest
