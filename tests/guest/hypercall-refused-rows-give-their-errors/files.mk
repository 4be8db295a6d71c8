guest-tests += hypercall-refused-rows-give-their-errors
guest-hypercall-refused-rows-give-their-errors-only := trestle the peer serves some of these
