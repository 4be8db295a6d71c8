guest-tests += nmi-returns-to-a-code-segment-that-went-away
guest-nmi-returns-to-a-code-segment-that-went-away-cpus := 2
guest-nmi-returns-to-a-code-segment-that-went-away-hypervisor := watchdog
guest-nmi-returns-to-a-code-segment-that-went-away-only := trestle other hypervisors raise no NMIs by this option
