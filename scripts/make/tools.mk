# SPDX-License-Identifier: GPL-2.0-or-later
#
# dom0's tools: $(O)/tools/bin/<tool> and the static libraries beneath them. A folder's files.mk says
#   tools += NAME        tool-NAME-sources, tool-NAME-archives (ours, in link order), tool-NAME-libs
#   tool-archives += NAME   archive-NAME-sources
#   residents += NAME    the same; programs that stay in memory, all in the one file trestle-residents
# They are compiled against Debian's libxen-dev headers, not against our own include/abi: what they
# speak is the published interface. Libraries are linked statically, for short commands but libc: they
# would spend most of their time on finding symbols. Resident programs have libc in them as well.

tools-cflags := -std=gnu11 -O2 -g -D_GNU_SOURCE -D__XEN_TOOLS__ -D_FILE_OFFSET_BITS=64 -fno-common \
	-fno-strict-aliasing -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE \
	-ffunction-sections -fdata-sections -ffile-prefix-map=$(CURDIR)=. -Itools -I$(O)/include $(warning-flags)
tools-ldflags := -pie -Wl,-z,relro,-z,now -Wl,--as-needed -Wl,--gc-sections
tools-bin := $(O)/tools/bin
tools-lib := $(O)/tools/lib
archive-names := $(tool-archives)

.PHONY: tools
tools: $(tools:%=$(tools-bin)/%) $(residents:%=$(tools-bin)/%)

$(O)/tools/flags: FORCE
	@echo '$(HOSTCC) $(tools-cflags) $(tools-ldflags)' | { $(call update,$@); }

tools-all-sources := $(sort $(resident-sources) \
	$(foreach n,$(tools) $(residents),$(tool-$(n)-sources)) \
	$(foreach n,$(archive-names),$(archive-$(n)-sources)))
tools-all-objects := $(patsubst %.c,$(O)/tools/obj/%.o,$(tools-all-sources))

$(tools-all-objects): $(O)/tools/obj/%.o: %.c $(O)/tools/flags | $(version-h)
	@mkdir -p $(@D)
	@echo "  TOOLCC  $<"
	@$(HOSTCC) $(tools-cflags) -MD -MP -c $< -o $@

# $(call tool-archive,name)
define tool-archive
$(tools-lib)/$(1).a: $$(patsubst %.c,$(O)/tools/obj/%.o,$$(archive-$(1)-sources))
	@mkdir -p $$(@D)
	@echo "  TOOLAR  $$@"
	@rm -f $$@ && ar rcsD $$@ $$^
endef
$(foreach n,$(archive-names),$(eval $(call tool-archive,$(n))))

# $(call tool-program,name)
define tool-program
$(tools-bin)/$(1): $$(patsubst %.c,$(O)/tools/obj/%.o,$$(tool-$(1)-sources)) \
		$$(tool-$(1)-archives:%=$(tools-lib)/%.a)
	@mkdir -p $$(@D)
	@echo "  TOOLLD  $$@"
	@$$(HOSTCC) $$(tools-cflags) $$(tools-ldflags) $$(filter %.o,$$^) $$(filter %.a,$$^) \
		-Wl,-Bstatic -Wl,--start-group $$(tool-$(1)-libs) \
		-lxentoollog -lxentoolcore -Wl,--end-group -Wl,-Bdynamic -lm -o $$@
endef
$(foreach n,$(tools),$(eval $(call tool-program,$(n))))

# A resident program as one object, of whose names only its start is seen: $(call resident,name).
define resident
$(tools-lib)/$(1).o: $$(patsubst %.c,$(O)/tools/obj/%.o,$$(tool-$(1)-sources)) \
		$$(tool-$(1)-archives:%=$(tools-lib)/%.a)
	@mkdir -p $$(@D)
	@echo "  TOOLLD  $$@"
	@$$(HOSTCC) -r -nostdlib -o $$@.new $$(filter %.o,$$^) $$(filter %.a,$$^)
	@objcopy --redefine-sym main=$(subst -,_,$(1))_main \
		--keep-global-symbol=$(subst -,_,$(1))_main $$@.new $$@
	@rm $$@.new

$(tools-bin)/$(1): $(tools-bin)/trestle-residents
	@ln -sfn trestle-residents $$@
endef
$(foreach n,$(residents),$(eval $(call resident,$(n))))

$(tools-bin)/trestle-residents: $(patsubst %.c,$(O)/tools/obj/%.o,$(resident-sources)) $(residents:%=$(tools-lib)/%.o) \
		$(resident-lds)
	@mkdir -p $(@D)
	@echo "  TOOLLD  $@"
	@$(HOSTCC) $(tools-cflags) -static-pie $(filter-out -pie,$(tools-ldflags)) -Wl,-T,$(resident-lds) \
		$(filter %.o,$^) -Wl,--start-group \
		$(sort $(foreach n,$(residents),$(tool-$(n)-libs))) -lxentoollog -lxentoolcore -Wl,--end-group -o $@

ifneq ($(needs-config),)
-include $(tools-all-objects:.o=.d)
endif
