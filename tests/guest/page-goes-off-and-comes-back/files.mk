guest-tests += page-goes-off-and-comes-back
guest-page-goes-off-and-comes-back-peer-differs := a page that somebody has goes off there only when tools exchange it
