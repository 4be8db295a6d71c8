guest-tests += trap-without-handler-crashes-the-domain
guest-trap-without-handler-crashes-the-domain-expect := (?i)\b(dom(ain)? ?0|d0|hardware domain)\b.*crash
