guest-tests += fifo-masked-port-is-held-until-unmasked
