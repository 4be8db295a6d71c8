guest-tests += memory-acquire-resource-gives-the-grant-table
