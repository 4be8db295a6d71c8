guest-tests += fpu-taskswitch-traps-the-next-use
