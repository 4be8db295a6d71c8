guest-tests += sysctl-machine-is-described
guest-sysctl-machine-is-described-cpus := 4,sockets=2,cores=2,threads=1
guest-sysctl-machine-is-described-memory := 256
guest-sysctl-machine-is-described-qemu := -object memory-backend-ram,id=m0,size=128M -object memory-backend-ram,id=m1,size=128M -numa node,nodeid=0,memdev=m0,cpus=0-1 -numa node,nodeid=1,memdev=m1,cpus=2-3 -numa dist,src=0,dst=1,val=21
