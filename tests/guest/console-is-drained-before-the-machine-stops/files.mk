guest-tests += console-is-drained-before-the-machine-stops
guest-console-is-drained-before-the-machine-stops-cpus := 2
guest-console-is-drained-before-the-machine-stops-accel := tcg,thread=multi
