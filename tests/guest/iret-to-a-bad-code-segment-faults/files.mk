guest-tests += iret-to-a-bad-code-segment-faults
