# SPDX-License-Identifier: GPL-2.0-or-later
xenstored-core := account connection control domain log path permissions request request_domain \
	request_node request_session ring server state_restore state_save store table \
	transaction view watch
xenstored-core-sources := $(xenstored-core:%=tools/xenstored/%.c)
tools += xenstored
tool-xenstored-sources := $(xenstored-core-sources) \
	$(patsubst %,tools/xenstored/%.c,events hypervisor_xen loop main options socket update)
tool-xenstored-libs := -lxenevtchn -lxengnttab -lxencall
