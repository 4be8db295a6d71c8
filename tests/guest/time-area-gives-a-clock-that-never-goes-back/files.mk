guest-tests += time-area-gives-a-clock-that-never-goes-back
