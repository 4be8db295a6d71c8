guest-tests += iret-to-a-non-canonical-address-stays-in-the-guest
