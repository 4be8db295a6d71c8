guest-tests += event-ipi-port-is-sent-by-its-own-domain
