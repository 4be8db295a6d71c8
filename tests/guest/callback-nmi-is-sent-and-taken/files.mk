guest-tests += callback-nmi-is-sent-and-taken
