guest-tests += sched-weights-share-the-processor
guest-sched-weights-share-the-processor-cpus := 1
guest-sched-weights-share-the-processor-timeout := 120
guest-sched-weights-share-the-processor-qemu := -icount shift=4,sleep=off
guest-sched-weights-share-the-processor-only := trestle the peer's default policy is another
