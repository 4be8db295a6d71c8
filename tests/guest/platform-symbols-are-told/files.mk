guest-tests += platform-symbols-are-told
guest-platform-symbols-are-told-only := trestle the peer may be built without its symbols
