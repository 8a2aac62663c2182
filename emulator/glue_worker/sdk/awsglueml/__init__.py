"""AWS's machine learning transforms, which tarmac does not have: see `transforms`."""
