guest-tests += memory-reservations-are-told
