guest-tests += start-init-p2m-note-places-the-p2m
