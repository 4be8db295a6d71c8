sources-y += arch/x86/interfaces/platform.c
sources-y += arch/x86/interfaces/efi.c
sources-y += arch/x86/interfaces/sysctl.c
