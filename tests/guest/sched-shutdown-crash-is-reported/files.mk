guest-tests += sched-shutdown-crash-is-reported
guest-sched-shutdown-crash-is-reported-expect := (?i)\b(dom(ain)? ?0|dom0|d0)\b.*crash
