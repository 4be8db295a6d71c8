guest-tests += sched-block-wakes-on-an-event
