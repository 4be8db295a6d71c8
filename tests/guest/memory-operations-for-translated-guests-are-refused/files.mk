guest-tests += memory-operations-for-translated-guests-are-refused
