/* SPDX-License-Identifier: GPL-2.0-or-later */
/* XENPF_firmware_info's part about UEFI. */
#ifndef INTERFACES_EFI_H
#define INTERFACES_EFI_H

#include "abi/platform.h"

/* index: XEN_FW_EFI_*. -ENODEV (not booted on UEFI), -EINVAL, -EFAULT, -EOPNOTSUPP. */
int64_t efi_read_information(uint32_t index, union xen_xenpf_efi_info *info);

#endif
