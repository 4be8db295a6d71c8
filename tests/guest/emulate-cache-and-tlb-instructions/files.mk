guest-tests += emulate-cache-and-tlb-instructions
