guest-tests += domctl-destroy-gives-every-page-back
guest-domctl-destroy-gives-every-page-back-cpus := 2
