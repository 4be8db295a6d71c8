guest-tests += physdev-eoi-map-is-registered-once
