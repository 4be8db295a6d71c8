guest-tests += grant-version-is-told-and-switched
