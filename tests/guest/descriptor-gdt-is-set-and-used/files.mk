guest-tests += descriptor-gdt-is-set-and-used
