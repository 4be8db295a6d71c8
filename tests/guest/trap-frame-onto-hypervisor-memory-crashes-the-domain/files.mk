guest-tests += trap-frame-onto-hypervisor-memory-crashes-the-domain
guest-trap-frame-onto-hypervisor-memory-crashes-the-domain-expect := (?i)\b(dom(ain)? ?0|d0|hardware domain)\b.*crash
