guest-tests += event-port-moves-to-another-vcpu
guest-event-port-moves-to-another-vcpu-cpus := 2
