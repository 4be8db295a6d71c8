guest-tests += fpu-xsetbv-obeys-what-is-offered
