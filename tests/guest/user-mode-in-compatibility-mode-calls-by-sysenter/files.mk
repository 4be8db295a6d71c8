guest-tests += user-mode-in-compatibility-mode-calls-by-sysenter
guest-user-mode-in-compatibility-mode-calls-by-sysenter-qemu := -cpu Skylake-Client,-smap,-monitor
