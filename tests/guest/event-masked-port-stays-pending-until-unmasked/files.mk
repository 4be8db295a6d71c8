guest-tests += event-masked-port-stays-pending-until-unmasked
