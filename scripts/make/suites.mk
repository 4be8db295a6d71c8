# SPDX-License-Identifier: GPL-2.0-or-later
#
# The suites of `make test`. Each leaves $(O)/results/<suite>, one line "N passed, N failed, N skipped";
# scripts/suites runs them in order and adds up.

.PHONY: docs test lint test-unit test-abi test-guest test-system fuzz check-reproducible

# $(call run-if-there,suite,program): an absent suite is said, never passed over.
run-if-there = if [ -x $(2) ]; then O=$(O) $(2); else echo "$(1): absent ($(2) is not there)"; fi

test:
	@+O=$(O) MAKE='$(MAKE)' scripts/suites

lint:
	@+$(call run-if-there,lint,tests/lint/run)

test-unit: unit-programs
	@O=$(O) scripts/unit-run $(unit-run)

fuzz: fuzz-programs
	@O=$(O) scripts/fuzz-run $(FUZZ_SECONDS) $(fuzz-run)

test-abi: $(auto-conf)
	@$(call run-if-there,abi,tests/abi/run)

# guest-images and system-images come from the suites' own rules.mk.
.PHONY: guest-images system-images
test-guest: hypervisor guest-images
	@$(call run-if-there,guest,tests/guest/run)

test-system: hypervisor system-images
	@$(call run-if-there,system,tests/system/run)

check-reproducible: hypervisor
	@+O=$(O) MAKE='$(MAKE)' CC='$(CC)' VERSION='$(version)' scripts/check-reproducible

# The pages that are made from the sources; lint says when one is out of date.
docs:
	@scripts/docs
	@if [ -x scripts/abi-doc ]; then scripts/abi-doc; fi
