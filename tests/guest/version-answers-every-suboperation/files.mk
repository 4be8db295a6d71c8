guest-tests += version-answers-every-suboperation
