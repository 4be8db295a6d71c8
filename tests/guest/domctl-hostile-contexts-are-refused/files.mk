guest-tests += domctl-hostile-contexts-are-refused
