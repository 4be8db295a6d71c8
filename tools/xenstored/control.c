/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Control commands, one row each. */
#include <errno.h>
#include <string.h>

#include "xenstored/request.h"

int request_control(struct request *request)
{
	(void)request;
	return -ENOSYS;
}
