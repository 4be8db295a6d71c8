guest-tests += sched-poll-returns-on-event-or-timeout
