guest-tests += emulate-instruction-across-a-page-boundary
