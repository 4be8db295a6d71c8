guest-tests += event-virq-binds-once-a-vcpu
