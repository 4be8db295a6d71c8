guest-tests += mmuext-clear-and-copy-page-work-on-own-pages
