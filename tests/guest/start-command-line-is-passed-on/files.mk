guest-tests += start-command-line-is-passed-on
guest-start-command-line-is-passed-on-options := quiet colour=blue number=42
