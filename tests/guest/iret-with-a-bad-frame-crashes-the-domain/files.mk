guest-tests += iret-with-a-bad-frame-crashes-the-domain
guest-iret-with-a-bad-frame-crashes-the-domain-expect := (?i)\b(dom(ain)? ?0|d0|hardware domain)\b.*crash
