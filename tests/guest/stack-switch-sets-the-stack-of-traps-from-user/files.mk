guest-tests += stack-switch-sets-the-stack-of-traps-from-user
