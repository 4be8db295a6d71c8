# SPDX-License-Identifier: GPL-2.0-or-later
"""What is in dom0's RAM disk, and in the small guest's: packages, modules, links."""

# Programs and libraries for our tools.
PACKAGES = """
    busybox-static libc6 libgcc-s1 zlib1g liblzma5 libzstd1 liblz4-1 libuuid1 libjansson4
    libnl-3-200 libnl-genl-3-200 libnl-route-3-200
    libxencall1 libxenevtchn1 libxenforeignmemory1 libxengnttab1 libxenhypfs1 libxenstore4
    libxentoolcore1 libxentoollog1 libxenmisc4.17 libxendevicemodel1 libyajl2 xenstore-utils
    grub-xen-host
""".split()

# QEMU as disk back end, and what it links to; in an image of its own that is read when it is used.
QEMU_PACKAGES = """
    qemu-system-xen libbz2-1.0 libdw1 libelf1 libfdt1 libffi8 libglib2.0-0 libgstreamer1.0-0
    libgstreamer-plugins-base1.0-0 libjpeg62-turbo libopus0 liborc-0.4-0 libpcre2-8-0 libpixman-1-0
    libsasl2-2 libspice-server1 libssl3 libstdc++6 libudev1 libunwind8 libusb-1.0-0
""".split()
QEMU = "usr/libexec/xen-qemu-system-i386"
# Where the peer's tools look for it, as well.
QEMU_LINKS = ("usr/lib/xen-4.17/bin/qemu-system-i386", "usr/bin/qemu-system-i386")

# What `bootloader="pvgrub"' starts.
PV_GRUB = "usr/lib/grub-xen/grub-x86_64-xen.bin"

SSH_PACKAGES = "dropbear-bin libtomcrypt1 libtommath1 libgmp10 libcrypt1".split()

# Loaded before the services, which cannot do without; and beside them.
FIRST_MODULES = "xen-evtchn xen-gntdev xen-privcmd xenfs".split()
START_MODULES = "loop squashfs xen-blkback xen-netback bridge stp llc xen-gntalloc".split()

# There for whoever asks: disks and network cards are loaded by what the machine has.
OTHER_MODULES = """
    dm-mod dm-snapshot tun veth 8021q overlay xen-pciback xen-acpi-processor
    ext4 xfs isofs vfat nls_cp437 nls_ascii
    ahci ata_piix sd_mod sr_mod nvme virtio_pci virtio_blk virtio_scsi usb-storage uas xhci-pci
    ehci-pci megaraid_sas mpt3sas hpsa aacraid vmw_pvscsi
    e1000 e1000e igb igc ixgbe i40e ice r8169 tg3 bnx2 bnxt_en mlx4_en mlx5_core virtio_net vmxnet3
    8139cp 8139too
""".split()

GUEST_MODULES = "xen-blkfront xen-netfront ext4 isofs".split()

# Applets that would hide a program of a package or of ours, or that make no sense here.
UNWANTED_APPLETS = {"busybox", "init", "linuxrc"}

FOLDERS = """
    dev proc sys run tmp root mnt var/lib/xen var/log/xen var/empty etc/xen/auto run/trestle
""".split()

FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
    "etc/group": "root:x:0:\ntty:x:5:\n",
    "etc/hostname": "dom0\n",
    "etc/hosts": "127.0.0.1 localhost dom0\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
    "etc/shells": "/bin/sh\n",
    "etc/xen/xl.conf": "# See xl.conf(5).\n",
}

# What `tl create' gets for the small guest.
GUEST_CONFIGURATION = """\
name = "demo"
kernel = "/var/lib/xen/guest/vmlinuz"
ramdisk = "/var/lib/xen/guest/initrd"
memory = 128
extra = "console=hvc0 quiet guest.ip=192.168.77.2/24"
disk = [ "/root/demo.img,raw,xvda,w" ]
vif = [ "bridge=xenbr0" ]
"""
