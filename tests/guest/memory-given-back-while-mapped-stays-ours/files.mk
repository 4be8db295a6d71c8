guest-tests += memory-given-back-while-mapped-stays-ours
