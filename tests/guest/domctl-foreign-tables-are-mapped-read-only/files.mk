guest-tests += domctl-foreign-tables-are-mapped-read-only
