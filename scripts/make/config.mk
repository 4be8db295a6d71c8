# SPDX-License-Identifier: GPL-2.0-or-later
#
# Kconfig: $(O)/.config, made from the default without asking, becomes auto.conf (for this Makefile)
# and autoconf.h (for the compiler).

auto-conf := $(O)/include/config/auto.conf
autoconf-h := $(O)/include/generated/autoconf.h
defconfig := scripts/make/defconfig
kconfig = cd $(O) && KCONFIG_CONFIG=.config kconfig-conf

.PHONY: defconfig minconfig menuconfig
defconfig:
	@mkdir -p $(O)
	@$(kconfig) --defconfig=$(abspath $(defconfig)) $(abspath Kconfig) >/dev/null

# Everything that may be off is off.
minconfig:
	@mkdir -p $(O)
	@cd $(O) && KCONFIG_CONFIG=.config.min kconfig-conf --allnoconfig $(abspath Kconfig) >/dev/null
	@cmp -s $(O)/.config.min $(O)/.config || cp $(O)/.config.min $(O)/.config

menuconfig: $(auto-conf)
	cd $(O) && KCONFIG_CONFIG=.config kconfig-mconf $(abspath Kconfig)

$(O)/.config: $(defconfig)
	@mkdir -p $(O)
	@command -v kconfig-conf >/dev/null || { echo "kconfig-conf is missing: run make setup" >&2; exit 1; }
	@test -e $@ || { $(kconfig) --defconfig=$(abspath $(defconfig)) $(abspath Kconfig) >/dev/null; }
	@touch $@

$(auto-conf) $(autoconf-h) &: $(O)/.config Kconfig
	@mkdir -p $(O)/include/config $(O)/include/generated
	@$(kconfig) --olddefconfig $(abspath Kconfig) >/dev/null
	@$(kconfig) --silentoldconfig $(abspath Kconfig) >/dev/null
	@touch $(auto-conf) $(autoconf-h)

ifneq ($(needs-config),)
include $(auto-conf)
endif
