guest-tests += grant-two-processors-map-one-reference
guest-grant-two-processors-map-one-reference-cpus := 2
guest-grant-two-processors-map-one-reference-accel := tcg,thread=multi
