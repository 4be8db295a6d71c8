guest-tests += domctl-refused-rows-give-their-errors
guest-domctl-refused-rows-give-their-errors-only := trestle the rows are ours
