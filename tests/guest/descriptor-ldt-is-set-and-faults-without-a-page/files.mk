guest-tests += descriptor-ldt-is-set-and-faults-without-a-page
