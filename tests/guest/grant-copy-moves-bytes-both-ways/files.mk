guest-tests += grant-copy-moves-bytes-both-ways
