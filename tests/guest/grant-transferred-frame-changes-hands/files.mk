guest-tests += grant-transferred-frame-changes-hands
