guest-tests += trap-frame-without-a-stack-crashes-the-domain
guest-trap-frame-without-a-stack-crashes-the-domain-expect := (?i)\b(dom(ain)? ?0|d0|hardware domain)\b.*crash
