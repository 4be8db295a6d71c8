guest-tests += memory-exchange-trades-pages-for-a-run
