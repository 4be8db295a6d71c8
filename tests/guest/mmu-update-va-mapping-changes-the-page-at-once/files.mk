guest-tests += mmu-update-va-mapping-changes-the-page-at-once
