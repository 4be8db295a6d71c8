sources-y += arch/x86/pv/entry.S
sources-y += arch/x86/pv/bounce.c
sources-y += arch/x86/pv/callback.c
sources-y += arch/x86/pv/context.c
sources-y += arch/x86/pv/fpu.c
sources-y += arch/x86/pv/offsets.c
sources-y += arch/x86/pv/vcpu.c
