# SPDX-License-Identifier: GPL-2.0-or-later
xenstored-core := account connection control domain \
	domain_resume journal journal_file log path permissions request request_domain \
	request_node request_session ring server state_restore state_save slot store table \
	transaction view watch
xenstored-loop := events loop main options socket state_file update
xenstored-core-sources := $(xenstored-core:%=tools/xenstored/%.c)
xenstored-loop-sources := $(xenstored-loop:%=tools/xenstored/%.c)
residents += xenstored
tool-xenstored-sources := $(xenstored-core-sources) $(xenstored-loop-sources) \
	tools/xenstored/hypervisor_xen.c
tool-xenstored-libs := -lxenevtchn -lxengnttab -lxencall
