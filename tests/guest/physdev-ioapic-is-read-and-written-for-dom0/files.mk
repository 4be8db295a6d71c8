guest-tests += physdev-ioapic-is-read-and-written-for-dom0
