guest-tests += domain-limits-of-ports-and-grants-hold
