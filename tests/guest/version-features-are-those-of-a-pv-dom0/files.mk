guest-tests += version-features-are-those-of-a-pv-dom0
