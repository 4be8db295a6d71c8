guest-tests += hypercall-nmi-op-registers-a-callback
