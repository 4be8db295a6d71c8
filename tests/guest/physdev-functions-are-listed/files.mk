guest-tests += physdev-functions-are-listed
guest-physdev-functions-are-listed-qemu := -device virtio-rng-pci,addr=5
