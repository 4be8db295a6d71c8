guest-tests += event-high-port-sets-its-selector-word
