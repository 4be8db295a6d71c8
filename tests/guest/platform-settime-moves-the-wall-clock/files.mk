guest-tests += platform-settime-moves-the-wall-clock
