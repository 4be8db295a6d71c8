guest-tests += start-boot-tables-map-the-image-and-are-read-only
