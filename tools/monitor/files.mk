# SPDX-License-Identifier: GPL-2.0-or-later
# Of libdom what a resident process may hold: no plans, no devices.
residents += trestle-monitor
monitor-sources := tools/monitor/monitor.c tools/monitor/store.c tools/monitor/look.c \
	tools/monitor/deeds.c tools/monitor/clients.c
tool-trestle-monitor-sources := $(monitor-sources) tools/monitor/main.c
tool-trestle-monitor-archives := libdom libstore libctl
tool-trestle-monitor-libs = $(libctl-libs) -ljansson -luuid
