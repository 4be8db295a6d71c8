guest-tests += event-ipi-reaches-the-other-vcpu
guest-event-ipi-reaches-the-other-vcpu-cpus := 2
