sources-y += arch/x86/interfaces/platform.c
