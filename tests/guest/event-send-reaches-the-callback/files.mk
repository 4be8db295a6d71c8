guest-tests += event-send-reaches-the-callback
