// Placeholder until the bundle is built: the plain text area works without it.
