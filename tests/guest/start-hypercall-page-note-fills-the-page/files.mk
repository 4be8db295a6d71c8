guest-tests += start-hypercall-page-note-fills-the-page
