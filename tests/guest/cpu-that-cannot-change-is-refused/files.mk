guest-tests += cpu-that-cannot-change-is-refused
guest-cpu-that-cannot-change-is-refused-cpus := 4
guest-cpu-that-cannot-change-is-refused-timeout := 60
guest-cpu-that-cannot-change-is-refused-qemu := -smp 4,cores=2,threads=2
guest-cpu-that-cannot-change-is-refused-hypervisor := watchdog watchdog_timeout=2
guest-cpu-that-cannot-change-is-refused-accel := tcg,thread=multi
guest-cpu-that-cannot-change-is-refused-only := trestle pools of the peer get back what they lost in another way
