guest-tests += fifo-array-grows-beyond-a-page
