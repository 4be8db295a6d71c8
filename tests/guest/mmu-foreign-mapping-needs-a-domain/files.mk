guest-tests += mmu-foreign-mapping-needs-a-domain
