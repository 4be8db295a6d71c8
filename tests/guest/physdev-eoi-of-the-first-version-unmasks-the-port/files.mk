guest-tests += physdev-eoi-of-the-first-version-unmasks-the-port
