guest-tests += start-of-day-reaches-the-test
