guest-tests += sysctl-refused-rows-give-their-errors
guest-sysctl-refused-rows-give-their-errors-only := trestle the peer serves some of these
