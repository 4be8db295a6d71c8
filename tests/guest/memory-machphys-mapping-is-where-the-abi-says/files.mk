guest-tests += memory-machphys-mapping-is-where-the-abi-says
