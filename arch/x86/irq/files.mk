sources-y += arch/x86/irq/exceptions.c
sources-y += arch/x86/irq/idt.c
sources-y += arch/x86/irq/pci.c
sources-y += arch/x86/irq/fixup.c
sources-y += arch/x86/irq/apic.c
