guest-tests += callback-op-registers-and-refuses
