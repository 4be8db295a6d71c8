# SPDX-License-Identifier: GPL-2.0-or-later
#
# Shipping sources on the host: unit tests (cmocka) and fuzzers (libFuzzer), all with sanitizers.
# A unit named N has unit-N-sources, and unit-N-cflags, unit-N-libs if it needs any; a fuzzer the
# same with fuzz-.

HOSTCC ?= $(CC)
FUZZCC ?= clang
sanitizers := -fsanitize=address,undefined -fno-sanitize-recover=all
host-cflags := -std=gnu11 -O1 -g -fno-omit-frame-pointer -fno-common -fno-strict-aliasing -DTRESTLE_HOST \
	-Itests/unit/fake/include $(include-flags) $(warning-flags) $(sanitizers)

.PHONY: unit-programs fuzz-programs
unit-run := $(or $(UNIT),$(unit-tests))
fuzz-run := $(or $(FUZZ),$(fuzzers))
unit-programs: $(foreach n,$(unit-run),$(O)/unit/$(n)/test)
fuzz-programs: $(foreach n,$(fuzz-run),$(O)/fuzz/$(n)/fuzz)

$(O)/unit/flags: FORCE
	@echo '$(HOSTCC) $(host-cflags) $(foreach n,$(unit-tests),$(unit-$(n)-cflags))' | { $(call update,$@); }

$(O)/fuzz/flags: FORCE
	@echo '$(FUZZCC) $(host-cflags) $(foreach n,$(fuzzers),$(fuzz-$(n)-cflags))' | { $(call update,$@); }

# $(call host-program,kind,name,program,compiler,flags of the compiler,libraries)
define host-program
$(1)-$(2)-objects := $$(patsubst %,$(O)/$(1)/$(2)/%.o,$$(basename $$($(1)-$(2)-sources)))

$$($(1)-$(2)-objects): $(O)/$(1)/$(2)/%.o: %.c $(O)/$(1)/flags $(autoconf-h) | $(version-h)
	@mkdir -p $$(@D)
	@echo "  HOSTCC  $(2): $$<"
	@$(4) $(host-cflags) $(5) $$($(1)-$(2)-cflags) -MD -MP -c $$< -o $$@

$(O)/$(1)/$(2)/$(3): $$($(1)-$(2)-objects)
	@echo "  HOSTLD  $$@"
	@$(4) $(sanitizers) $(5) $$^ $(6) $$($(1)-$(2)-libs) -o $$@

ifneq ($(needs-config),)
-include $$($(1)-$(2)-objects:.o=.d)
endif
endef
$(foreach n,$(unit-tests),$(eval $(call host-program,unit,$(n),test,$(HOSTCC),,-lcmocka)))
$(foreach n,$(fuzzers),$(eval $(call host-program,fuzz,$(n),fuzz,$(FUZZCC),-fsanitize=fuzzer,)))
