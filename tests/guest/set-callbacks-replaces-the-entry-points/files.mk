guest-tests += set-callbacks-replaces-the-entry-points
