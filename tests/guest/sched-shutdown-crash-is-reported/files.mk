guest-tests += sched-shutdown-crash-is-reported
guest-sched-shutdown-crash-is-reported-expect := (?i)\b(dom(ain)? ?0|d0|hardware domain)\b.*crash
