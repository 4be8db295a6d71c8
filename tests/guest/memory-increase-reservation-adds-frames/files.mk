guest-tests += memory-increase-reservation-adds-frames
