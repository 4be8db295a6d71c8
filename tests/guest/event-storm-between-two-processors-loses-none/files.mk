guest-tests += event-storm-between-two-processors-loses-none
guest-event-storm-between-two-processors-loses-none-cpus := 2
guest-event-storm-between-two-processors-loses-none-accel := tcg,thread=multi
