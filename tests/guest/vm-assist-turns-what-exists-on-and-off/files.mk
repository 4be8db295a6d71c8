guest-tests += vm-assist-turns-what-exists-on-and-off
