guest-tests += trap-page-fault-carries-cr2-and-error-code
