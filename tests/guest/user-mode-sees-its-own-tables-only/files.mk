guest-tests += user-mode-sees-its-own-tables-only
