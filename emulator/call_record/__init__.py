"""Which AWS calls are made on behalf of which role: recorded on request, shown at `/_tarmac/calls`."""
