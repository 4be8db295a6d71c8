guest-tests += hypercall-random-ones-do-not-stop-the-machine
guest-hypercall-random-ones-do-not-stop-the-machine-cpus := 2
guest-hypercall-random-ones-do-not-stop-the-machine-timeout := 150
guest-hypercall-random-ones-do-not-stop-the-machine-options := seconds=60
guest-hypercall-random-ones-do-not-stop-the-machine-only := trestle random calls lock the peer up (last message: xenoprof)
guest-hypercall-random-ones-do-not-stop-the-machine-hypervisor := guest_loglvl=none
