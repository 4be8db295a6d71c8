/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network interface specifications and rates; two of one input are completed together. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "libdom/vif.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void check(bool sound)
{
	if (!sound)
		abort();
}

static void check_vif(const struct vif_spec *vif)
{
	check(vif->devid >= -1 && vif->devid <= 65535);
	check(!vif->has_mac || !(vif->mac[0] & 1));
	check(!vif->has_rate || (vif->rate_bytes && vif->rate_interval_us));
	check(!vif->script[0] || vif->script[0] == '/');
	check(!strchr(vif->bridge, '/') && !strchr(vif->vifname, '/'));
}

static void complete(const struct vif_spec *vif)
{
	static const uint8_t uuid[16] = {1, 2, 3};
	struct vif_spec pair[2] = {*vif, *vif};
	struct failure failure;

	if (vif_complete(pair, 2, uuid, NULL, &failure))
		return;
	check(pair[0].devid >= 0 && pair[0].devid != pair[1].devid);
	check(pair[0].has_mac && memcmp(pair[0].mac, pair[1].mac, 6) != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	char *text = malloc(bytes + 1);
	struct vif_spec vif;
	struct spec_error error = {0};
	uint32_t credit, interval;

	check(text != NULL);
	memcpy(text, data, bytes);
	text[bytes] = '\0';
	if (vif_parse(text, &vif, &error) == 0) {
		check_vif(&vif);
		complete(&vif);
	} else {
		check(error.text[0] && error.column >= 1 && error.column <= strlen(text) + 1);
	}
	if (vif_parse_rate(text, &credit, &interval, &error) == 0)
		check(credit && interval);
	free(text);
	return 0;
}
